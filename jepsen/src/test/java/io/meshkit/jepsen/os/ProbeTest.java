package io.meshkit.jepsen.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ProbeTest {
    @Test
    void read_saysWhatIsMissingAndWhy() {
        Capabilities found = Probe.read("""
                noise
                VETH ok
                NFTABLES nft: not found.
                TMPFS ok
                """);

        assertThat(found.has(Capability.NAMESPACES)).isTrue();
        assertThat(found.has(Capability.VETH)).isTrue();
        assertThat(found.whyNot(Set.of(Capability.VETH, Capability.TMPFS))).isNull();
        assertThat(found.whyNot(Set.of(Capability.NFTABLES))).isEqualTo("nft: nft: not found.");
        assertThat(found.whyNot(Set.of(Capability.LOOP))).contains("said nothing");
        assertThat(found.toTable()).contains("veth        yes").contains("nft         no   nft: not found.");
    }
}
