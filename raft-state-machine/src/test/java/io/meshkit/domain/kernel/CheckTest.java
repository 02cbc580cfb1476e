package io.meshkit.domain.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.v1.ErrorDetail;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckTest {
    private static final int MAX = 12;

    private static Optional<ErrorDetail> text(String value) {
        return new Check().text("field", value, MAX).error();
    }

    @ParameterizedTest
    @CsvSource({"a, 12", "é, 6", "€, 4", "😀, 3"})
    void text_asManyBytesAsAllowed_isClean_andOneCharacterMoreIsNot(String character, int fitting) {
        assertThat(text(character.repeat(fitting))).isEmpty();

        int bytes = MAX + MAX / fitting;
        assertThat(text(character.repeat(fitting + 1)).orElseThrow().getMessage())
                .contains("has " + bytes + " bytes, at most " + MAX);
    }

    @Test
    void text_withAControlCharacter_isRefused() {
        assertThat(text("a\tb").orElseThrow().getMessage()).contains("control character");
    }
}
