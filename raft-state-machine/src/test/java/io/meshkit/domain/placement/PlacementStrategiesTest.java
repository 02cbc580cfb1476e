package io.meshkit.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.openhft.hashing.LongHashFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlacementStrategiesTest {
    private static final int SHARDS = 2_000;

    static List<String> ids() {
        return PlacementStrategies.ids();
    }

    private static Candidate node(String id, double weight) {
        return new Candidate(id, weight, "eu", "eu-" + id.charAt(id.length() - 1));
    }

    private static List<Candidate> nodes(int count) {
        List<Candidate> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(node("node-" + i, 1));
        }
        return nodes;
    }

    private static List<String> place(String strategy, List<Candidate> nodes) {
        PlacementStrategy.Placer placer =
                PlacementStrategies.find(strategy).orElseThrow().prepare(nodes, SHARDS);
        List<String> owners = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            owners.add(placer.place("ns", shard(i), "").id());
        }
        return owners;
    }

    private static String shard(int i) {
        return String.format("s%05d", i);
    }

    private static Map<String, Integer> counts(List<String> owners) {
        Map<String, Integer> counts = new TreeMap<>();
        owners.forEach(owner -> counts.merge(owner, 1, Integer::sum));
        return counts;
    }

    private static int moved(List<String> before, List<String> after) {
        int moved = 0;
        for (int i = 0; i < before.size(); i++) {
            moved += before.get(i).equals(after.get(i)) ? 0 : 1;
        }
        return moved;
    }

    @ParameterizedTest
    @MethodSource("ids")
    void place_sameInput_givesTheSamePlacement(String strategy) {
        assertThat(place(strategy, nodes(5))).isEqualTo(place(strategy, nodes(5)));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void place_everyNode_getsShards(String strategy) {
        assertThat(counts(place(strategy, nodes(5)))).hasSize(5);
    }

    @ParameterizedTest
    @MethodSource("ids")
    void place_aNodeMore_movesShardsToItAndHardlyOtherwise(String strategy) {
        List<String> before = place(strategy, nodes(5));
        List<String> after = place(strategy, nodes(6));

        int toNew = counts(after).get("node-5");
        int allowance = strategy.equals("bounded-rendezvous") ? SHARDS / 20 : 0;
        assertThat(moved(before, after)).isBetween(toNew, toNew + allowance);
        assertThat(toNew).isBetween(SHARDS / 12, SHARDS / 3);
    }

    @Test
    void rendezvous_ownerAndTies_areThoseOfTheOriginal() {
        List<Candidate> nodes = nodes(4);
        LongHashFunction xxh64 = LongHashFunction.xx();
        for (int i = 0; i < 200; i++) {
            String best = "";
            long highest = 0;
            for (Candidate node : nodes) {
                long hash = xxh64.hashBytes(("ns/" + shard(i) + "::" + node.id()).getBytes());
                if (best.isEmpty() || Long.compareUnsigned(hash, highest) > 0) {
                    best = node.id();
                    highest = hash;
                }
            }
            assertThat(Rendezvous.PLAIN.best(nodes, "ns", shard(i)).id()).isEqualTo(best);
        }
    }

    @Test
    void rendezvous_weightTwo_isNotProportional_weightedIs() {
        List<Candidate> nodes = List.of(node("node-0", 1), node("node-1", 2));

        double plain = counts(place("rendezvous", nodes)).get("node-1") / (double) SHARDS;
        double weighted = counts(place("weighted-rendezvous", nodes)).get("node-1") / (double) SHARDS;

        // Of two scores u and 2v the second is higher with probability 3/4.
        assertThat(plain).isBetween(0.71, 0.79);
        assertThat(weighted).isBetween(0.63, 0.71);
    }

    @Test
    void bounded_noNode_getsMoreThanAQuarterAboveItsShare() {
        List<Candidate> nodes = List.of(node("node-0", 1), node("node-1", 1), node("node-2", 4));

        Map<String, Integer> counts = counts(place("bounded-rendezvous", nodes));

        assertThat(counts.get("node-0")).isLessThanOrEqualTo((int) Math.ceil(SHARDS / 6.0 * 1.25));
        assertThat(counts.get("node-1")).isLessThanOrEqualTo((int) Math.ceil(SHARDS / 6.0 * 1.25));
        assertThat(counts.get("node-2")).isLessThanOrEqualTo((int) Math.ceil(SHARDS * 4 / 6.0 * 1.25));
    }

    @Test
    void ring_pointOfAShard_isTheFirstAtOrAfterIt() {
        List<Candidate> nodes = nodes(3);
        LongHashFunction xxh64 = LongHashFunction.xx();
        TreeMap<Long, String> points = new TreeMap<>(Long::compareUnsigned);
        for (Candidate node : nodes) {
            for (int replica = 0; replica < 64; replica++) {
                points.putIfAbsent(xxh64.hashBytes((node.id() + "#" + replica).getBytes()), node.id());
            }
        }
        List<String> owners = place("ring", nodes);
        for (int i = 0; i < SHARDS; i++) {
            Map.Entry<Long, String> point = points.ceilingEntry(xxh64.hashBytes(("ns/" + shard(i)).getBytes()));
            assertThat(owners.get(i))
                    .isEqualTo(point == null ? points.firstEntry().getValue() : point.getValue());
        }
    }

    @Test
    void ring_weights_givePointsInProportion() {
        assertThat(HashRing.points(1)).isEqualTo(64);
        assertThat(HashRing.points(2.5)).isEqualTo(160);
        assertThat(HashRing.points(0.001)).isEqualTo(1);
    }

    @Test
    void locality_hintOfAZone_keepsTheShardThere() {
        List<Candidate> nodes = List.of(
                new Candidate("a", 1, "eu", "eu-1"),
                new Candidate("b", 1, "eu", "eu-2"),
                new Candidate("c", 1, "us", "us-1"));
        PlacementStrategy.Placer placer =
                PlacementStrategies.find("locality").orElseThrow().prepare(nodes, SHARDS);
        for (int i = 0; i < 50; i++) {
            assertThat(placer.place("ns", shard(i), "zone:eu-2").id()).isEqualTo("b");
            assertThat(placer.place("ns", shard(i), "region:eu").id()).isIn("a", "b");
            assertThat(placer.place("ns", shard(i), "us/us-1").id()).isEqualTo("c");
            assertThat(placer.place("ns", shard(i), "zone:mars").id())
                    .isEqualTo(Rendezvous.PLAIN.best(nodes, "ns", shard(i)).id());
        }
    }

    @Test
    void find_unknown_isEmpty() {
        assertThat(PlacementStrategies.find("best-effort")).isEmpty();
    }
}
