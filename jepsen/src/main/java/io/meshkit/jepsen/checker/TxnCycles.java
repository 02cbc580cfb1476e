package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.checker.TxnGraph.Edge;
import io.meshkit.jepsen.checker.TxnGraph.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Names the worst cycle of a component and shows its shortest instance.
 *
 * <p>In order of severity: G0 (only write after write), G1c (and write to read), G-single (one anti-dependency), G2
 * (several); each again with real time, which only a registry that promises strictness must avoid, as ours does.
 */
final class TxnCycles {
    /** Beyond so many starting points the shortest cycle so far is short enough. */
    private static final int STARTS_MAX = 500;

    /** A cycle and its name. */
    record Cycle(String name, List<Edge> edges) {}

    private final TxnGraph graph;

    TxnCycles(TxnGraph graph) {
        this.graph = graph;
    }

    Cycle worst(Set<Integer> component) {
        for (boolean realTime : new boolean[] {false, true}) {
            String suffix = realTime ? "-realtime" : "";
            Optional<Cycle> cycle = any("G0" + suffix, component, with(realTime, Reason.WW))
                    .or(() -> any("G1c" + suffix, component, with(realTime, Reason.WW, Reason.WR)))
                    .or(() -> single("G-single" + suffix, component, with(realTime, Reason.WW, Reason.WR)))
                    .or(() -> any("G2" + suffix, component, with(realTime, Reason.WW, Reason.WR, Reason.RW)));
            if (cycle.isPresent()) {
                return cycle.get();
            }
        }
        throw new IllegalStateException("a component without a cycle: " + component);
    }

    private static Set<Reason> with(boolean realTime, Reason first, Reason... rest) {
        EnumSet<Reason> reasons = EnumSet.of(first, rest);
        if (realTime) {
            reasons.add(Reason.REALTIME);
        }
        return reasons;
    }

    private Optional<Cycle> any(String name, Set<Integer> component, Set<Reason> reasons) {
        List<Edge> shortest = List.of();
        for (int start : component.stream().limit(STARTS_MAX).toList()) {
            shortest = shorter(shortest, graph.path(start, start, reasons, component));
        }
        if (shortest.isEmpty() && component.size() > STARTS_MAX) {
            for (int start : component.stream().skip(STARTS_MAX).toList()) {
                shortest = shorter(shortest, graph.path(start, start, reasons, component));
                if (!shortest.isEmpty()) {
                    break;
                }
            }
        }
        return shortest.isEmpty() ? Optional.empty() : Optional.of(new Cycle(name, shortest));
    }

    /** One anti-dependency, closed by anything else. */
    private Optional<Cycle> single(String name, Set<Integer> component, Set<Reason> others) {
        List<Edge> shortest = List.of();
        for (int start : component) {
            for (Edge edge : graph.edges(start, Reason.RW)) {
                if (!component.contains(edge.to())) {
                    continue;
                }
                List<Edge> rest = graph.path(edge.to(), start, others, component);
                if (!rest.isEmpty()) {
                    List<Edge> cycle = new ArrayList<>(List.of(edge));
                    cycle.addAll(rest);
                    shortest = shorter(shortest, cycle);
                }
            }
        }
        return shortest.isEmpty() ? Optional.empty() : Optional.of(new Cycle(name, shortest));
    }

    private static List<Edge> shorter(List<Edge> one, List<Edge> other) {
        return one.isEmpty() || (!other.isEmpty() && other.size() < one.size()) ? other : one;
    }
}
