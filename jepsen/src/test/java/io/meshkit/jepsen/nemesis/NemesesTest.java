package io.meshkit.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.jepsen.os.Capability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NemesesTest {
    static Iterable<String> names() {
        return Nemeses.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void of_knownName_isNamedSo(String name) {
        assertThat(Nemeses.of(name).name()).isEqualTo(name);
    }

    @Test
    void of_several_needWhatTheyNeed() {
        Nemesis both = Nemeses.of("kill+partition:one");

        assertThat(both.name()).isEqualTo("kill+partition:one");
        assertThat(both.needs()).containsExactlyInAnyOrder(Capability.VETH, Capability.NFTABLES);
        assertThat(Nemeses.of("loss:35").name()).isEqualTo("loss:35");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "kil", "partition", "partition:", "kill+", "kill+nothing", "loss:0", "loss:100", "loss:x"})
    void of_unknown_isRefused(String name) {
        assertThatThrownBy(() -> Nemeses.of(name)).isInstanceOf(IllegalArgumentException.class);
    }
}
