package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meshkit.api.RegistryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinAttemptTest {
    @Test
    void ofText_isWhatWasWritten() {
        JoinAttempt attempt = JoinAttempt.fresh();

        JoinAttempt read = JoinAttempt.ofText(attempt.toText());

        assertThat(read.requestId()).isEqualTo(attempt.requestId()).endsWith("-join");
        assertThat(read.keys().getPrivate()).isEqualTo(attempt.keys().getPrivate());
        assertThat(read.keys().getPublic()).isEqualTo(attempt.keys().getPublic());
        assertThat(JoinAttempt.fresh().keys().getPrivate())
                .isNotEqualTo(attempt.keys().getPrivate());
    }

    @Test
    void toString_hasNoKey() {
        JoinAttempt attempt = JoinAttempt.fresh();

        assertThat(attempt.toString()).isEqualTo(attempt.requestId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "id\n", "id\n!\n!\n", "id\nc2VjcmV0\nc2VjcmV0\n", "id\na\nb\nc\n"})
    void ofText_whatIsNone_isRefusedWithoutRepeatingIt(String text) {
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> JoinAttempt.ofText(text))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("c2VjcmV0"));
    }
}
