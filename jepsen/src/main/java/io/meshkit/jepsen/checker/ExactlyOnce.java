package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What was asked under one request id happened at most once, however often it was asked; exactly once if any attempt
 * was told that it changed something; never if every attempt was refused.
 */
final class ExactlyOnce implements Checker {
    private static final String REQUESTS = "request ids";

    @Override
    public String name() {
        return "exactly-once";
    }

    @Override
    public boolean appliesTo(History history) {
        return history.events().stream()
                        .anyMatch(event -> event.isOfClient() && event.details().has("idem"))
                && !FinalReads.of(history).longestAudit().isEmpty();
    }

    @Override
    public Judgement check(History history) {
        Findings findings = new Findings(name());
        TreeMap<Long, AuditRow> audit = FinalReads.of(history).longestAudit();
        if (audit.isEmpty()) {
            findings.unknown("no audit log was read at the end");
            return findings.judge(REQUESTS);
        }
        TreeMap<String, List<AuditRow>> effects = new TreeMap<>();
        audit.values()
                .forEach(row -> effects.computeIfAbsent(row.request(), each -> new ArrayList<>())
                        .add(row));
        TreeMap<String, List<Attempt>> requests = new TreeMap<>();
        for (Attempt attempt : Attempt.of(history)) {
            String request = attempt.text("idem");
            if (request != null) {
                requests.computeIfAbsent(request, each -> new ArrayList<>()).add(attempt);
            }
        }
        requests.forEach((request, attempts) -> {
            findings.count(REQUESTS, 1).count("attempts", attempts.size());
            if (attempts.size() > 1) {
                findings.count("request ids asked more than once", 1);
            }
            judge(findings, request, attempts, effects.getOrDefault(request, List.of()), audit);
        });
        return findings.judge(REQUESTS);
    }

    private static void judge(
            Findings findings,
            String request,
            List<Attempt> attempts,
            List<AuditRow> effects,
            TreeMap<Long, AuditRow> audit) {
        List<Attempt> changed =
                attempts.stream().filter(Attempt::isOkWithChange).toList();
        if (effects.size() > 1) {
            violation(findings, "request " + request + " happened " + effects.size() + " times", attempts, effects);
        } else if (effects.isEmpty() && !changed.isEmpty()) {
            Long revision = changed.getFirst().number("rev");
            if (revision != null && revision < audit.firstKey()) {
                findings.unknown("the audit log no longer has revision " + revision + " of request " + request);
            } else {
                violation(findings, "request " + request + " was acknowledged and never happened", attempts, effects);
            }
        } else if (!effects.isEmpty() && attempts.stream().allMatch(Attempt::isFail)) {
            violation(findings, "request " + request + " was refused and happened", attempts, effects);
        }
        for (Attempt attempt : changed) {
            Long revision = attempt.number("rev");
            boolean isOther = effects.size() == 1
                    && revision != null
                    && !Objects.equals(revision, effects.getFirst().revision());
            if (isOther) {
                violation(
                        findings,
                        "request " + request + " was answered with a revision that is not its own",
                        List.of(attempt),
                        effects);
            }
        }
    }

    private static void violation(Findings findings, String what, List<Attempt> attempts, List<AuditRow> effects) {
        List<Event> events = Attempt.events(attempts.toArray(Attempt[]::new));
        String found = effects.isEmpty() ? "the audit log has nothing of it" : "the audit log has " + effects;
        findings.violation(what, events, found);
    }
}
