package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A revocation holds: nothing that its principal began after it was answered is let in, and nothing at a higher
 * revision, until somebody begins to grant anew.
 *
 * <p>A grant that nobody answered could excuse everything after it. So if the audit log was read to its end, it decides
 * whether such a grant happened, and when.
 */
final class Authorization implements Checker {
    private static final String LET_IN = "uses let in";

    @Override
    public String name() {
        return "revocation-holds";
    }

    @Override
    public Judgement check(History history) {
        return new Search(history).judge();
    }

    /** The administration of one principal, each in order of the history. */
    private record Rights(List<Attempt> grants, List<Attempt> revocations) {
        Rights() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    private static final class Search {
        private final TreeMap<String, Rights> rights = new TreeMap<>();
        private final List<Attempt> uses = new ArrayList<>();
        /** What the audit log says of request ids. */
        private final Map<String, Long> revisions = new HashMap<>();
        /** A request id that the audit log does not have never had effect. */
        private final boolean isAuditWhole;

        Search(History history) {
            long newest = 0;
            for (Attempt attempt : Attempt.of(history)) {
                switch (attempt.f()) {
                    case "rbac-grant" -> of(attempt.key()).grants.add(attempt);
                    case "rbac-revoke" -> of(attempt.key()).revocations.add(attempt);
                    default -> {
                        if (attempt.text("principal") != null) {
                            uses.add(attempt);
                        }
                    }
                }
                Long revision = attempt.number("rev");
                newest = Math.max(newest, attempt.isOk() && revision != null ? revision : 0);
            }
            TreeMap<Long, AuditRow> audit = FinalReads.of(history).longestAudit();
            audit.values().forEach(row -> revisions.put(row.request(), row.revision()));
            isAuditWhole = !audit.isEmpty() && audit.firstKey() == 1 && audit.lastKey() >= newest;
        }

        private Rights of(String principal) {
            return rights.computeIfAbsent(principal, each -> new Rights());
        }

        Judgement judge() {
            Findings findings = new Findings("revocation-holds");
            for (Rights each : rights.values()) {
                findings.count("grants", each.grants.size()).count("revocations", each.revocations.size());
                long unanswered = each.grants.stream()
                        .filter(grant -> grant.operation().outcome() == EventType.INFO)
                        .count();
                findings.count("grants that nobody answered", unanswered);
            }
            for (Attempt use : uses) {
                if (use.isOk()) {
                    findings.count(LET_IN, 1);
                    judge(findings, use, of(String.valueOf(use.text("principal"))));
                } else if (use.isFail() && "FORBIDDEN".equals(use.text("error"))) {
                    findings.count("uses refused", 1);
                }
            }
            return findings.judge(LET_IN);
        }

        /** Of the revocations before the use, the last one is the hardest to explain away. */
        private void judge(Findings findings, Attempt use, Rights ofPrincipal) {
            List<Attempt> before = ofPrincipal.revocations.stream()
                    .filter(each -> each.isOk() && isAfter(use, each))
                    .toList();
            for (Attempt revocation : last(before)) {
                boolean isReopened = ofPrincipal.grants.stream().anyMatch(grant -> mayReopen(grant, revocation, use));
                if (!isReopened) {
                    findings.violation(
                            "something was let in after its principal's rights were revoked",
                            Attempt.events(revocation, use),
                            "no grant can lie between the two");
                    return;
                }
            }
        }

        /** The one that was answered last, and the one with the highest revision. */
        private static List<Attempt> last(List<Attempt> revocations) {
            Attempt answered = max(revocations, each -> each.operation().ret());
            Attempt revised = max(revocations, each -> {
                Long revision = each.number("rev");
                return revision == null ? 0 : revision;
            });
            return answered == null || revised == null ? List.of() : List.of(answered, revised);
        }

        private static @Nullable Attempt max(List<Attempt> attempts, ToLongFunction<Attempt> by) {
            Attempt best = null;
            for (Attempt each : attempts) {
                best = best == null || by.applyAsLong(each) > by.applyAsLong(best) ? each : best;
            }
            return best;
        }

        /** The revision in which it was decided, if it is known: of a read, that which it shows. */
        private static @Nullable Long usedAt(Attempt use) {
            return Revisions.isRead(use) || use.isOkWithChange() ? use.number("rev") : null;
        }

        /** Of a change its revision tells, if there is one: an answer may be the repetition of an earlier one. */
        private static boolean isAfter(Attempt use, Attempt revocation) {
            Long used = usedAt(use);
            Long revoked = revocation.number("rev");
            if (used == null || revoked == null) {
                return revocation.precedes(use) && use.detail("replayed") == null;
            }
            return used >= revoked || (Revisions.isRead(use) && revocation.precedes(use));
        }

        /** Whether the grant may have taken effect after the revocation and before the use. */
        private boolean mayReopen(Attempt grant, Attempt revocation, Attempt use) {
            if (grant.isFail() || grant.operation().call() > use.operation().ret()) {
                return false;
            }
            Long granted = grant.isOk() ? grant.number("rev") : revisions.get(String.valueOf(grant.text("idem")));
            if (granted == null && !grant.isOk() && isAuditWhole && grant.text("idem") != null) {
                return false;
            }
            Long revoked = revocation.number("rev");
            if (granted == null || revoked == null) {
                return !grant.precedes(revocation);
            }
            Long used = usedAt(use);
            return granted > revoked && (used == null || granted <= used);
        }
    }
}
