package io.meshkit.domain.leases;

import static io.meshkit.domain.records.LeadershipKind.LEADERSHIP;
import static io.meshkit.domain.records.PeerKind.PEER;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.LeaseRows;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.leadership.Elections;
import io.meshkit.storage.StorageException;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeaseRow;
import io.meshkit.v1.LeaseStep;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.SettleLeasesRequest;
import io.meshkit.v1.SettleLeasesResponse;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Steps of several leases, decided by the leader of one term.
 *
 * <p>Refused as a whole in an entry of another term: whoever led before and leads again must not act on what
 * it knew then. A step that no longer fits its lease is void and harms none of the others.
 */
public final class SettleLeasesHandler implements CommandHandler<SettleLeasesRequest> {
    @Override
    public SettleLeasesRequest requestPrototype() {
        return SettleLeasesRequest.getDefaultInstance();
    }

    @Override
    public Message responsePrototype() {
        return SettleLeasesResponse.getDefaultInstance();
    }

    @Override
    public void check(SettleLeasesRequest request, Check check) {
        check.that(request.getStepsCount() > 0, "steps", "there are no steps", "name at least one")
                .atMost(DomainLimits.LEASE_STEPS_MAX, request.getStepsCount(), "steps", "elements");
        TreeSet<Long> seen = new TreeSet<>();
        for (LeaseStep step : request.getStepsList()) {
            check.known("steps.kind", step.getKind())
                    .that(step.getLeaseId() > 0, "steps.leaseId", "lease " + step.getLeaseId(), "an id ≥ 1")
                    .that(seen.add(step.getLeaseId()), "steps.leaseId", "a lease has two steps", "one each")
                    .that(
                            step.getKind() != LeaseStep.Kind.CHECKPOINT || step.getRemainingMs() > 0,
                            "steps.remainingMs",
                            "remaining is " + step.getRemainingMs(),
                            "> 0 ms");
        }
    }

    @Override
    public Reply decide(Work work, SettleLeasesRequest request) {
        if (request.getTerm() != work.term()) {
            return new Reply.Rejected(Errors.staleFence("the term", request.getTerm(), work.term()));
        }
        SettleLeasesResponse.Builder response = SettleLeasesResponse.newBuilder();
        TreeMap<String, TreeSet<Long>> outOfScope = new TreeMap<>();
        for (LeaseStep step : request.getStepsList()) {
            response.addApplied(step(work, step, outOfScope));
        }
        outOfScope.forEach((name, leases) -> {
            Leadership scope = stored(work, LEADERSHIP, LEADERSHIP.ref(name));
            work.change(LEADERSHIP.ref(name), scope, Elections.without(work, scope, leases));
        });
        return new Reply.Accepted(response, "", work.nextRevision() - 1);
    }

    private static boolean step(Work work, LeaseStep step, TreeMap<String, TreeSet<Long>> outOfScope) {
        LeaseRow lease = LeaseRows.get(work.view(), step.getLeaseId());
        boolean renew = step.getKind() == LeaseStep.Kind.RENEW;
        if (lease == null || (!renew && lease.getGeneration() != step.getGeneration())) {
            return false;
        }
        LeaseRow.Builder next = lease.toBuilder().setGeneration(lease.getGeneration() + 1);
        switch (step.getKind()) {
            case RENEW -> {
                work.putLease(next.clearSuspect().clearRemainingMs().build());
                if (lease.getSuspect()) {
                    status(work, lease, PeerStatus.PEER_STATUS_ALIVE);
                }
            }
            case CHECKPOINT ->
                work.putLease(next.setRemainingMs(step.getRemainingMs()).build());
            case EXPIRE -> {
                if (lease.getKind().equals(LEADERSHIP.name())) {
                    outOfScope
                            .computeIfAbsent(lease.getName(), unused -> new TreeSet<>())
                            .add(lease.getId());
                } else if (lease.getSuspect()) {
                    status(work, lease, PeerStatus.PEER_STATUS_LEFT);
                } else {
                    work.putLease(next.setSuspect(true).clearRemainingMs().build());
                    status(work, lease, PeerStatus.PEER_STATUS_SUSPECT);
                }
            }
            case KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException("an unchecked step: " + step);
        }
        return true;
    }

    private static void status(Work work, LeaseRow lease, PeerStatus status) {
        RecordRef<Peer> ref = PEER.ref(lease.getName());
        Peer peer = stored(work, PEER, ref);
        Peer.Builder next = peer.toBuilder().setStatus(status);
        if (status == PeerStatus.PEER_STATUS_LEFT) {
            next.clearLease();
        }
        work.change(ref, peer, next.build());
    }

    private static <T extends Message> T stored(Work work, RecordKind<T> kind, RecordRef<T> ref) {
        T record = kind.get(work.view(), ref);
        if (record == null) {
            throw new StorageException("a lease belongs to the missing " + kind.name() + " " + ref.name());
        }
        return record;
    }
}
