package io.meshkit.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestIdsTest {
    @Test
    void next_neverTheSame() {
        assertThat(Stream.generate(RequestIds::next).limit(10_000).collect(Collectors.toSet()))
                .hasSize(10_000);
    }

    @Test
    void next_withItsPurpose_atTheEnd() {
        assertThat(RequestIds.next("upkeep")).matches("[0-9a-f-]{36}-upkeep");
    }

    @Test
    void of_isAUuidOfVersion7_thatSortsByItsTime() {
        // The example of RFC 9562, appendix A.6.
        UUID random = UUID.fromString("00000000-0000-4cc3-98c4-dc0c0c07398f");
        UUID made = RequestIds.of(0x017F22E279B0L, random);

        assertThat(made).hasToString("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
        assertThat(made.version()).isEqualTo(7);
        assertThat(made.variant()).isEqualTo(2);
        assertThat(RequestIds.of(0x017F22E279B1L, new UUID(0, 0)).toString()).isGreaterThan(made.toString());
    }
}
