package io.meshkit.jepsen.checker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which transaction must come before which, and why. Thread: one. */
final class TxnGraph {
    /** Why one comes before the other. */
    enum Reason {
        /** It appended before. */
        WW,
        /** Its append was read. */
        WR,
        /** It did not read the other's append. */
        RW,
        /** It had returned when the other one began. */
        REALTIME
    }

    /** @param text for people */
    record Edge(int from, int to, Reason reason, String text) {}

    private final List<List<Edge>> edges = new ArrayList<>();

    TxnGraph(int transactions) {
        for (int i = 0; i < transactions; i++) {
            edges.add(new ArrayList<>());
        }
    }

    void add(int from, int to, Reason reason, String text) {
        if (from != to) {
            edges.get(from).add(new Edge(from, to, reason, text));
        }
    }

    long size() {
        return edges.stream().mapToLong(List::size).sum();
    }

    /**
     * The shortest path from one to the other inside the component along those reasons; empty if there is none. From
     * a transaction to itself it is a cycle.
     */
    List<Edge> path(int from, int to, Set<Reason> reasons, Set<Integer> component) {
        @Nullable Edge[] cameBy = new Edge[edges.size()];
        Deque<Integer> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            for (Edge edge : edges.get(open.remove())) {
                if (!reasons.contains(edge.reason) || !component.contains(edge.to) || cameBy[edge.to] != null) {
                    continue;
                }
                cameBy[edge.to] = edge;
                if (edge.to == to) {
                    return back(cameBy, from, edge);
                }
                open.add(edge.to);
            }
        }
        return List.of();
    }

    private static List<Edge> back(@Nullable Edge[] cameBy, int from, Edge last) {
        List<Edge> path = new ArrayList<>(List.of(last));
        while (path.getLast().from != from) {
            Edge before = cameBy[path.getLast().from];
            if (before == null) {
                throw new IllegalStateException("a path without a beginning");
            }
            path.add(before);
        }
        Collections.reverse(path);
        return path;
    }

    List<Edge> edges(int from, Reason reason) {
        return edges.get(from).stream().filter(edge -> edge.reason == reason).toList();
    }

    /** The strongly connected components of more than one transaction, by Tarjan's algorithm without recursion. */
    List<Set<Integer>> components() {
        int n = edges.size();
        int[] number = new int[n];
        int[] low = new int[n];
        int[] nextEdge = new int[n];
        boolean[] onStack = new boolean[n];
        Arrays.fill(number, -1);
        Deque<Integer> stack = new ArrayDeque<>();
        List<Set<Integer>> components = new ArrayList<>();
        int count = 0;
        for (int root = 0; root < n; root++) {
            if (number[root] >= 0) {
                continue;
            }
            Deque<Integer> calls = new ArrayDeque<>(List.of(root));
            while (!calls.isEmpty()) {
                int at = calls.peek();
                if (number[at] < 0) {
                    number[at] = count;
                    low[at] = count++;
                    stack.push(at);
                    onStack[at] = true;
                }
                if (nextEdge[at] < edges.get(at).size()) {
                    int to = edges.get(at).get(nextEdge[at]++).to;
                    if (number[to] < 0) {
                        calls.push(to);
                    } else if (onStack[to]) {
                        low[at] = Math.min(low[at], number[to]);
                    }
                    continue;
                }
                calls.pop();
                if (!calls.isEmpty()) {
                    int caller = calls.peek();
                    low[caller] = Math.min(low[caller], low[at]);
                }
                if (low[at] == number[at]) {
                    popComponent(at, stack, onStack, components);
                }
            }
        }
        return components;
    }

    private static void popComponent(int root, Deque<Integer> stack, boolean[] onStack, List<Set<Integer>> components) {
        Set<Integer> component = new java.util.TreeSet<>();
        int member;
        do {
            member = stack.pop();
            onStack[member] = false;
            component.add(member);
        } while (member != root);
        if (component.size() > 1) {
            components.add(component);
        }
    }

    static Set<Reason> reasons(Reason first, Reason... rest) {
        return EnumSet.of(first, rest);
    }
}
