package io.meshkit.jepsen.checker;

import com.google.gson.JsonObject;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import java.util.List;
import java.util.TreeMap;

/** Nodes at the same revision have the same chain of changes and the same content. */
final class StateHash implements Checker {
    private static final String COMPARISONS = "hashes compared";

    @Override
    public String name() {
        return "state-hash";
    }

    @Override
    public boolean appliesTo(History history) {
        FinalReads finals = FinalReads.of(history);
        return finals.failed() || !finals.hashes().isEmpty();
    }

    @Override
    public Judgement check(History history) {
        Findings findings = new Findings(name());
        TreeMap<Long, Event> first = new TreeMap<>();
        for (Event event : FinalReads.of(history).hashes()) {
            JsonObject hash = Members.object(event.value());
            Event other = first.putIfAbsent(Members.number(hash, "rev"), event);
            if (other == null) {
                continue;
            }
            findings.count(COMPARISONS, 1);
            if (!hash.equals(other.value())) {
                findings.violation(
                        "two nodes differ at one revision",
                        List.of(other, event),
                        FinalReads.node(other) + " and " + FinalReads.node(event) + " are not the same registry");
            }
        }
        return findings.judge(COMPARISONS);
    }
}
