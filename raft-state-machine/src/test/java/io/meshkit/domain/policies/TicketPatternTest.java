package io.meshkit.domain.policies;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicketPatternTest {
    @ParameterizedTest
    @CsvSource({
        "'', anything, true",
        "CHG-#, CHG-1, true",
        "CHG-#, CHG-00012, true",
        "CHG-#, CHG-, false",
        "CHG-#, CHG-1a, false",
        "CHG-#, xCHG-1, false",
        "CHG-#, chg-1, false",
        "CHG-#, CHG-१, false",
        "#-#, 12-7, true",
        "#-#, 12-, false",
        "INC*, INC, true",
        "INC*, INC-anything at all, true",
        "INC*, IN, false",
        "'*', x, true",
        "A.B, A.B, true",
        "A.B, AxB, false",
        "A, AA, false",
        "AA, A, false"
    })
    void matches_theWholeTicket(String pattern, String ticket, boolean matches) {
        assertThat(new TicketPattern(pattern).matches(ticket)).isEqualTo(matches);
    }
}
