package io.meshkit.domain.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.domain.kernel.Check;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {
    private static final Map<String, String> LABELS = Map.of("env", "prod", "tier", "gold", "empty", "");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|true",
                "env=prod|true",
                "env==prod|true",
                "env = prod|true",
                "env=dev|false",
                "env!=dev|true",
                "env!=prod|false",
                "missing!=x|true",
                "missing=x|false",
                "env|true",
                "missing|false",
                "!missing|true",
                "! env|false",
                "empty=|true",
                "env=|false",
                "env in (prod,dev)|true",
                "env in ( dev , test )|false",
                "missing in (x)|false",
                "env notin (dev)|true",
                "env notin (prod,dev)|false",
                "missing notin (x)|true",
                "env=prod,tier=gold|true",
                "env=prod,tier=silver|false",
                "env in (prod,dev),!missing,tier!=silver|true",
                "env=a=b|false"
            })
    void matches(String selector, boolean expected) {
        Check check = new Check();
        LabelSelector parsed = LabelSelector.parse("labelSelector", selector, check);
        assertThat(check.error()).isEmpty();
        assertThat(parsed.matches(LABELS)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",",
                "env=prod,",
                "=x",
                "!",
                "!=x",
                "env in",
                "env in ()",
                "env in (a",
                "in (a)",
                "env of (a)",
                "env in (a)(b)",
                "a b",
                "env=(a)",
                "a\u0000b",
                "env notin (a), (b)"
            })
    void parse_refuses(String selector) {
        Check check = new Check();
        LabelSelector.parse("labelSelector", selector, check);
        assertThat(check.error()).hasValueSatisfying(error -> {
            assertThat(error.getCode()).isEqualTo("INVALID_REQUEST");
            assertThat(error.getField()).isEqualTo("labelSelector");
        });
    }
}
