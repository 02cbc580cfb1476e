package io.meshkit.jepsen.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NftRulesTest {
    private static final Map<String, String> ADDRESSES = Map.of("a", "10.77.1.10", "b", "10.77.2.10");

    @Test
    void block_replacesTheSet() {
        assertThat(NftRules.block(List.of(new Link("a", "b"), new Link("b", "a")), ADDRESSES))
                .isEqualTo("""
                flush set inet jepsen blocked
                add element inet jepsen blocked { 10.77.1.10 . 10.77.2.10, 10.77.2.10 . 10.77.1.10 }
                """);
        assertThat(NftRules.block(List.of(), ADDRESSES)).isEqualTo("flush set inet jepsen blocked\n");
    }

    @Test
    void lose_replacesShareAndSet() {
        assertThat(NftRules.lose(List.of(new Link("a", "b")), ADDRESSES, 20)).isEqualTo("""
                flush chain inet jepsen loss
                add rule inet jepsen loss numgen random mod 100 < 20 counter name "lost" drop
                flush set inet jepsen lossy
                add element inet jepsen lossy { 10.77.1.10 . 10.77.2.10 }
                """);
    }

    @Test
    void block_unknownNode_isRefused() {
        assertThatThrownBy(() -> NftRules.block(List.of(new Link("a", "c")), ADDRESSES))
                .hasMessageContaining("no node c");
    }

    @Test
    void packets_areThoseOfTheCounter() {
        String json = """
                {"nftables": [{"metainfo": {"version": "1.0.6"}},
                  {"counter": {"family": "inet", "name": "blocked", "table": "jepsen", "packets": 97, "bytes": 1}},
                  {"counter": {"family": "inet", "name": "lost", "table": "jepsen", "packets": 3, "bytes": 1}}]}""";

        assertThat(NftRules.packets(json, "blocked")).isEqualTo(97);
        assertThat(NftRules.packets(json, "lost")).isEqualTo(3);
        assertThatThrownBy(() -> NftRules.packets(json, "other")).hasMessageContaining("no counter other");
    }
}
