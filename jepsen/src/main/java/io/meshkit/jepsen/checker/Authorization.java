package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.History;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * A revocation holds: nothing that its principal began after it was answered is let in, and no change of it has a
 * higher revision, until somebody begins to grant anew.
 */
final class Authorization implements Checker {
    private static final String USES = "uses by principals";
    private static final Set<String> ADMINISTRATION = Set.of("rbac-grant", "rbac-revoke");

    @Override
    public String name() {
        return "revocation-holds";
    }

    @Override
    public Judgement check(History history) {
        Findings findings = new Findings(name());
        TreeMap<String, List<Attempt>> grants = new TreeMap<>();
        TreeMap<String, List<Attempt>> revocations = new TreeMap<>();
        List<Attempt> uses = new ArrayList<>();
        for (Attempt attempt : Attempt.of(history)) {
            switch (attempt.f()) {
                case "rbac-grant" ->
                    grants.computeIfAbsent(attempt.key(), each -> new ArrayList<>())
                            .add(attempt);
                case "rbac-revoke" ->
                    revocations
                            .computeIfAbsent(attempt.key(), each -> new ArrayList<>())
                            .add(attempt);
                default -> uses.add(attempt);
            }
        }
        findings.count(
                "revocations",
                revocations.values().stream().mapToLong(List::size).sum());
        for (Attempt use : uses) {
            String principal = use.text("principal");
            if (principal == null || ADMINISTRATION.contains(use.f())) {
                continue;
            }
            findings.count(USES, 1);
            if (use.isOk()) {
                judge(
                        findings,
                        use,
                        revocations.getOrDefault(principal, List.of()),
                        grants.getOrDefault(principal, List.of()));
            } else if (use.isFail()) {
                findings.count("refused uses", 1);
            }
        }
        return findings.judge(USES);
    }

    private static void judge(Findings findings, Attempt use, List<Attempt> revocations, List<Attempt> grants) {
        Attempt revocation = revocations.stream()
                .filter(each -> each.isOk() && isAfter(use, each))
                .max(Comparator.comparingInt(each -> each.operation().ret()))
                .orElse(null);
        if (revocation == null || grants.stream().anyMatch(grant -> mayReopen(grant, revocation, use))) {
            return;
        }
        findings.violation(
                "something was let in after its principal's rights were revoked",
                Attempt.events(revocation, use),
                "no grant can lie between the two");
    }

    private static boolean isAfter(Attempt use, Attempt revocation) {
        Long used = Revisions.isRead(use) || !use.isOkWithChange() ? null : use.number("rev");
        Long revoked = revocation.number("rev");
        return revocation.precedes(use) || (used != null && revoked != null && used > revoked);
    }

    /** Whether the grant may have taken effect after the revocation and before the use. */
    private static boolean mayReopen(Attempt grant, Attempt revocation, Attempt use) {
        if (grant.isFail() || grant.operation().call() > use.operation().ret()) {
            return false;
        }
        Long granted = grant.number("rev");
        Long revoked = revocation.number("rev");
        if (grant.isOk() && granted != null && revoked != null) {
            return granted > revoked;
        }
        return !grant.precedes(revocation) || Objects.equals(granted, revoked);
    }
}
