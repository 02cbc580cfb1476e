package io.meshkit.domain.leadership;

import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeadershipCandidate;
import java.util.Set;
import java.util.function.Predicate;

/** How a scope passes from one leader to the next. */
public final class Elections {
    private Elections() {}

    /** The candidate leads from now on. */
    static void elect(Work work, Leadership.Builder scope, LeadershipCandidate candidate) {
        scope.setLeaderId(candidate.getCandidateId())
                .setTerm(scope.getTerm() + 1)
                .setFencingToken(work.nextGrant())
                .setLeaseId(candidate.getLeaseId())
                .setTtl(candidate.getTtl())
                .setIssuedAt(work.time())
                .setExpiresAt(Times.timestamp(work.timeMs() + Times.ms(candidate.getTtl())))
                .clearLeaderLabels()
                .putAllLeaderLabels(candidate.getLabelsMap());
    }

    /** The scope without those whose leases are given; if the leader is one, the first who still waits leads. */
    public static Leadership without(Work work, Leadership current, Set<Long> leases) {
        Leadership.Builder scope = current.toBuilder();
        removeCandidates(scope, candidate -> leases.contains(candidate.getLeaseId()));
        if (leases.contains(current.getLeaseId())) {
            vacate(work, scope);
        }
        return scope.build();
    }

    /** The leader is one no more: the first who waits follows, or nobody. The token of the last one stays. */
    private static void vacate(Work work, Leadership.Builder scope) {
        if (scope.getCandidatesCount() > 0) {
            LeadershipCandidate next = scope.getCandidates(0);
            scope.removeCandidates(0);
            elect(work, scope, next);
        } else {
            scope.clearLeaderId()
                    .clearLeaseId()
                    .clearTtl()
                    .clearIssuedAt()
                    .clearExpiresAt()
                    .clearLeaderLabels();
        }
    }

    private static void removeCandidates(Leadership.Builder scope, Predicate<LeadershipCandidate> gone) {
        for (int i = scope.getCandidatesCount() - 1; i >= 0; i--) {
            if (gone.test(scope.getCandidates(i))) {
                scope.removeCandidates(i);
            }
        }
    }
}
