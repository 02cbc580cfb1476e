package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import java.util.TreeMap;

/**
 * Watches tell every change that they are asked for, once, in order, whole, and never claim more than they told; so
 * also over reconnections, until they say that the past is gone.
 *
 * <p>The audit log that was read at the end is the truth.
 */
final class Watch implements Checker {
    static final String EVENTS = "watch events";
    private static final String PREFIX = "watch-";

    @Override
    public String name() {
        return "watch";
    }

    @Override
    public boolean appliesTo(History history) {
        return history.events().stream().anyMatch(Watch::isOfWatch)
                && !FinalReads.of(history).longestAudit().isEmpty();
    }

    @Override
    public Judgement check(History history) {
        Findings findings = new Findings(name());
        TreeMap<Long, AuditRow> audit = FinalReads.of(history).longestAudit();
        if (audit.isEmpty()) {
            findings.unknown("no audit log was read at the end");
            return findings.judge(EVENTS);
        }
        TreeMap<String, WatchProgress> watches = new TreeMap<>();
        for (Event event : history.events()) {
            if (isOfWatch(event)) {
                watches.computeIfAbsent(event.process(), process -> new WatchProgress(findings, audit))
                        .next(event);
            }
        }
        findings.count("watches", watches.size());
        return findings.judge(EVENTS);
    }

    private static boolean isOfWatch(Event event) {
        return event.process().startsWith(PREFIX);
    }
}
