package io.meshkit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RendezvousTest {
    /** From the reference implementation of XXH64, seed 0. */
    @Test
    void hash_referenceVectors_match() {
        assertThat(Rendezvous.hash("")).isEqualTo(0xEF46DB3751D8E999L);
        assertThat(Rendezvous.hash("a")).isEqualTo(0xD24EC4F1A98C6E5BL);
        assertThat(Rendezvous.hash("abc")).isEqualTo(0x44BC2CF5AD770999L);
    }

    @Test
    void score_isTheHashAsAShareOfAllHashes() {
        BigDecimal max = new BigDecimal(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
        for (int i = 0; i < 1_000; i++) {
            String node = "node-" + i;
            String hash = Long.toUnsignedString(Rendezvous.hash("ns/s::" + node));
            double expected = new BigDecimal(hash).doubleValue() / max.doubleValue();

            assertThat(Rendezvous.score("ns", "s", node)).isEqualTo(expected).isBetween(0.0, 1.0);
            assertThat(new BigDecimal(hash).divide(max, MathContext.DECIMAL64).doubleValue())
                    .isCloseTo(expected, Offset.offset(1e-15));
        }
    }

    @Test
    void owner_whenANodeGoes_onlyItsShardsMove() {
        List<String> nodes = new ArrayList<>(
                IntStream.range(0, 10).mapToObj(i -> "node-" + i).toList());
        List<String> before = owners(nodes);
        nodes.remove("node-3");
        List<String> after = owners(nodes);

        assertThat(before).contains("node-3");
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).equals("node-3")) {
                assertThat(after.get(i)).isEqualTo(before.get(i));
            }
        }
    }

    private static List<String> owners(List<String> nodes) {
        return IntStream.range(0, 200)
                .mapToObj(i -> Rendezvous.owner("ns", "shard-" + i, nodes))
                .toList();
    }
}
