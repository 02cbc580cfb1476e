package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Revisions order everything, across all keys, in real time: what begins after an answer sees at least its revision,
 * and a change gets a higher one, its own.
 *
 * <p>One walk: O(n), where the search for an order is NP-complete; so it judges whole histories of any size.
 */
final class Revisions implements Checker {
    private static final String ANSWERS = "answers with a revision";

    @Override
    public String name() {
        return "revision-order";
    }

    @Override
    public boolean appliesTo(History history) {
        return history.events().stream()
                .anyMatch(event -> event.isOfClient()
                        && event.type() == EventType.OK
                        && Members.isNumber(event.details().get("rev")));
    }

    @Override
    public Judgement check(History history) {
        Findings findings = new Findings(name());
        Map<Integer, Attempt> byPosition = new HashMap<>();
        for (Attempt attempt : Attempt.of(history)) {
            if (attempt.isOk() && attempt.number("rev") != null) {
                byPosition.put(attempt.operation().call(), attempt);
                byPosition.put(attempt.operation().ret(), attempt);
            }
        }
        Map<Attempt, Attempt> newestBefore = new HashMap<>();
        Map<Long, Attempt> changes = new HashMap<>();
        Attempt newest = null;
        for (int position = 0; position < history.events().size(); position++) {
            Attempt attempt = byPosition.get(position);
            if (attempt == null) {
                continue;
            }
            if (position == attempt.operation().call()) {
                if (newest != null) {
                    newestBefore.put(attempt, newest);
                }
                continue;
            }
            findings.count(ANSWERS, 1);
            judge(findings, attempt, newestBefore.get(attempt));
            if (isChange(attempt)) {
                unique(findings, attempt, changes.put(revision(attempt), attempt));
            }
            if (newest == null || revision(attempt) > revision(newest)) {
                newest = attempt;
            }
        }
        return findings.judge(ANSWERS);
    }

    private static void judge(Findings findings, Attempt attempt, @Nullable Attempt before) {
        if (before == null) {
            return;
        }
        boolean isRead = isRead(attempt);
        if (isRead && revision(attempt) < revision(before)) {
            findings.violation(
                    "a read went back in time",
                    Attempt.events(before, attempt),
                    "revision " + revision(before) + " had been answered before the read began, which shows revision "
                            + revision(attempt));
        } else if (isChange(attempt) && revision(attempt) <= revision(before)) {
            findings.violation(
                    "a change went back in time",
                    Attempt.events(before, attempt),
                    "revision " + revision(before) + " had been answered before the change began, which got revision "
                            + revision(attempt));
        }
    }

    private static void unique(Findings findings, Attempt attempt, @Nullable Attempt other) {
        if (other == null || sameRequest(attempt, other)) {
            return;
        }
        List<Event> events = Attempt.events(other, attempt);
        findings.violation("two changes have one revision", events, "both got revision " + revision(attempt));
    }

    private static boolean sameRequest(Attempt attempt, Attempt other) {
        String request = attempt.text("idem");
        return request != null && request.equals(other.text("idem"));
    }

    static boolean isRead(Attempt attempt) {
        return attempt.f().equals("read") || attempt.f().endsWith("-read");
    }

    /** An answer that repeats an earlier one, or says that nothing changed, has an old revision rightly. */
    private static boolean isChange(Attempt attempt) {
        return !isRead(attempt)
                && !attempt.f().equals("txn")
                && attempt.isOkWithChange()
                && attempt.detail("replayed") == null;
    }

    private static long revision(Attempt attempt) {
        Long revision = attempt.number("rev");
        if (revision == null) {
            throw new IllegalStateException("no revision: " + attempt);
        }
        return revision;
    }
}
