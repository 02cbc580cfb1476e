package io.meshkit.jepsen.checker;

import com.google.gson.JsonElement;
import io.meshkit.jepsen.checker.TxnGraph.Edge;
import io.meshkit.jepsen.checker.TxnGraph.Reason;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Transactions over lists are strictly serializable: what they saw of each other puts them in one order, which is
 * also that of real time.
 *
 * <p>Source: K. Kingsbury, P. Alvaro, Elle: Inferring isolation anomalies from experimental observations, 2020.
 */
final class ListAppend implements Checker {
    private static final String TRANSACTIONS = "transactions";

    @Override
    public String name() {
        return "strict-serializable";
    }

    @Override
    public Judgement check(History history) {
        Findings findings = new Findings(name());
        List<Txn> all = new ArrayList<>();
        for (Attempt attempt : Attempt.of(history)) {
            if (attempt.f().equals("txn")) {
                all.add(Txn.of(all.size(), attempt));
            }
        }
        VersionOrders orders = new VersionOrders(findings, all);
        if (findings.counted("reads") > 0) {
            findings.count(
                    TRANSACTIONS,
                    all.stream().filter(txn -> txn.attempt().isOk()).count());
        }
        TxnGraph graph = graph(all, orders);
        findings.count("edges", graph.size());
        TxnCycles cycles = new TxnCycles(graph);
        for (Set<Integer> component : graph.components()) {
            report(findings, all, cycles.worst(component));
        }
        return findings.judge(TRANSACTIONS);
    }

    private static TxnGraph graph(List<Txn> all, VersionOrders orders) {
        TxnGraph graph = new TxnGraph(all.size());
        for (String key : orders.keys()) {
            writeOrder(graph, key, orders);
        }
        for (Txn txn : all) {
            if (txn.attempt().isOk()) {
                txn.externalReads().forEach(read -> readOrder(graph, all, txn, read, orders));
            }
        }
        realTime(graph, all);
        return graph;
    }

    private static void writeOrder(TxnGraph graph, String key, VersionOrders orders) {
        List<JsonElement> order = orders.order(key);
        for (int i = 1; i < order.size(); i++) {
            Txn before = orders.writer(key, order.get(i - 1));
            Txn after = orders.writer(key, order.get(i));
            if (before != null && after != null) {
                graph.add(
                        before.id(),
                        after.id(),
                        Reason.WW,
                        "appended " + order.get(i - 1) + " to " + key + " before " + order.get(i) + " was");
            }
        }
    }

    private static void readOrder(TxnGraph graph, List<Txn> all, Txn reader, Txn.Read read, VersionOrders orders) {
        List<JsonElement> seen = read.elements();
        if (seen == null) {
            return;
        }
        String key = read.key();
        if (!seen.isEmpty()) {
            Txn writer = orders.writer(key, seen.getLast());
            if (writer != null) {
                graph.add(
                        writer.id(),
                        reader.id(),
                        Reason.WR,
                        "appended " + seen.getLast() + " to " + key + ", which was read");
            }
        }
        List<JsonElement> order = orders.order(key);
        if (seen.size() < order.size()) {
            Txn next = orders.writer(key, order.get(seen.size()));
            if (next != null) {
                graph.add(reader.id(), next.id(), Reason.RW, unseen(key, seen, order.get(seen.size())));
            }
            return;
        }
        for (Txn other : all) {
            if (!other.attempt().isOk()) {
                continue;
            }
            for (JsonElement element : other.appends(key)) {
                if (!order.contains(element)) {
                    graph.add(reader.id(), other.id(), Reason.RW, unseen(key, seen, element));
                }
            }
        }
    }

    private static String unseen(String key, List<JsonElement> seen, JsonElement element) {
        String end = seen.isEmpty() ? "empty" : "up to " + seen.getLast();
        return "read " + key + " " + end + ", without the " + element + " that was appended";
    }

    /** Only edges that no chain of others implies. */
    private static void realTime(TxnGraph graph, List<Txn> all) {
        TreeMap<Integer, Txn> calls = new TreeMap<>();
        TreeMap<Integer, Txn> returns = new TreeMap<>();
        for (Txn txn : all) {
            if (txn.attempt().isFail()) {
                continue;
            }
            calls.put(txn.attempt().operation().call(), txn);
            if (txn.attempt().isOk()) {
                returns.put(txn.attempt().operation().ret(), txn);
            }
        }
        TreeMap<Integer, Txn> moments = new TreeMap<>(calls);
        moments.putAll(returns);
        List<Txn> latest = new ArrayList<>();
        moments.forEach((position, txn) -> {
            if (position == txn.attempt().operation().call()) {
                latest.forEach(before ->
                        graph.add(before.id(), txn.id(), Reason.REALTIME, "had returned before the next began"));
            } else {
                latest.removeIf(before -> before.attempt().precedes(txn.attempt()));
                latest.add(txn);
            }
        });
    }

    private static void report(Findings findings, List<Txn> all, TxnCycles.Cycle cycle) {
        List<String> lines = new ArrayList<>();
        List<Long> indexes = new ArrayList<>();
        for (Edge edge : cycle.edges()) {
            Attempt attempt = all.get(edge.from()).attempt();
            Event shown = attempt.completion() == null ? attempt.invoke() : attempt.completion();
            lines.add("T" + edge.from() + " = " + Shown.event(shown));
            indexes.add(attempt.invoke().index());
        }
        for (Edge edge : cycle.edges()) {
            lines.add("T" + edge.from() + " before T" + edge.to() + ": T" + edge.from() + " " + edge.text() + " ("
                    + edge.reason().name().toLowerCase(java.util.Locale.ROOT) + ")");
        }
        lines.add("⇒ each of them would have to come before itself");
        findings.violation(new Counterexample("transactions in a circle (" + cycle.name() + ")", lines, indexes));
    }
}
