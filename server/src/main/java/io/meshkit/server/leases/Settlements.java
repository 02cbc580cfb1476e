package io.meshkit.server.leases;

import io.meshkit.api.RequestIds;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.v1.LeaseStep;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.SettleLeasesRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** The lessor's decisions on their way through the log. Guarded by the lessor. */
final class Settlements {
    private static final long PROPOSE_MS = 10_000;

    private final LeaseLog log;

    Settlements(LeaseLog log) {
        this.log = log;
    }

    LeaseLog log() {
        return log;
    }

    /**
     * Proposes one step for each of the leases, which have none under way, in commands of bounded size.
     *
     * @param settled told, in whatever thread, the leases whose outcome is known (or never will be), before the
     *     futures complete
     * @return one per command: whether its outcome is known; never exceptional
     */
    List<CompletableFuture<Boolean>> settle(
            long term,
            String reason,
            List<HeldLease> leases,
            List<LeaseStep> steps,
            BiConsumer<List<HeldLease>, Boolean> settled) {
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int from = 0; from < steps.size(); from += DomainLimits.LEASE_STEPS_MAX) {
            int to = Math.min(steps.size(), from + DomainLimits.LEASE_STEPS_MAX);
            List<HeldLease> own = List.copyOf(leases.subList(from, to));
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            own.forEach(lease -> lease.settling = done);
            all.add(done);
            var unused = log.propose(request(term, reason, steps.subList(from, to)), PROPOSE_MS)
                    .whenComplete((outcome, failure) -> {
                        boolean known = failure == null && !outcome.hasRejection();
                        settled.accept(own, known);
                        done.complete(known);
                    });
        }
        return all;
    }

    private SettleLeasesRequest request(long term, String reason, List<LeaseStep> steps) {
        return SettleLeasesRequest.newBuilder()
                .setOptions(MutationOptions.newBuilder()
                        .setRequestId(RequestIds.next("lessor"))
                        .setReason(reason))
                .setTerm(term)
                .addAllSteps(steps)
                .build();
    }
}
