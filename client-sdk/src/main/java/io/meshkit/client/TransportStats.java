package io.meshkit.client;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a client's calls have travelled since it was made: a copy that no longer changes.
 *
 * @param mode   what the client was told
 * @param nodes  in the order of the endpoints
 * @param recent the last downgrades of all nodes, oldest first; at most {@value #RECENT_MAX}
 */
public record TransportStats(TransportMode mode, List<Node> nodes, List<DowngradeEvent> recent) {
    /** Downgrades that a client remembers one by one. */
    public static final int RECENT_MAX = 256;

    public TransportStats {
        nodes = List.copyOf(nodes);
        recent = List.copyOf(recent);
    }

    /** Calls per transport, all nodes together; a transport without calls is left out. */
    public Map<TransportKind, Long> calls() {
        Map<TransportKind, Long> sum = new EnumMap<>(TransportKind.class);
        nodes.forEach(node -> node.calls().forEach((kind, count) -> sum.merge(kind, count, Long::sum)));
        return Collections.unmodifiableMap(sum);
    }

    /** Downgrades per reason, all nodes together; a reason that was not met is left out. */
    public Map<DowngradeReason, Long> downgrades() {
        Map<DowngradeReason, Long> sum = new EnumMap<>(DowngradeReason.class);
        nodes.forEach(node -> node.downgrades().forEach((reason, count) -> sum.merge(reason, count, Long::sum)));
        return Collections.unmodifiableMap(sum);
    }

    /**
     * One node.
     *
     * @param current    what the next call travels on; null before the first one has found out
     * @param downgrade  why that is not the preferred transport; null if it is
     * @param calls      attempts that were sent, per transport
     * @param downgrades how often, per reason
     * @param upgrades   how often it went back to the preferred transport
     * @param lastProbe  the last attempt to reach the preferred transport; null before the first
     */
    public record Node(
            String node,
            @Nullable TransportKind current,
            @Nullable DowngradeEvent downgrade,
            Map<TransportKind, Long> calls,
            Map<DowngradeReason, Long> downgrades,
            long upgrades,
            @Nullable Probe lastProbe) {

        public Node {
            calls = Collections.unmodifiableMap(new EnumMap<>(calls));
            downgrades = Collections.unmodifiableMap(new EnumMap<>(downgrades));
        }
    }

    /**
     * One attempt to connect over HTTP/3.
     *
     * @param time   when its outcome was known, by this machine's clock
     * @param detail why it failed; empty if it did not
     */
    public record Probe(Instant time, boolean connected, String detail) {}
}
