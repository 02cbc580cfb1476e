package io.meshkit.domain;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.meshkit.v1.CampaignRequest;
import io.meshkit.v1.DeleteLeadershipRequest;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeadershipCandidate;
import io.meshkit.v1.LeaseStep;
import io.meshkit.v1.LeavePeerRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerLease;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.ResignRequest;
import io.meshkit.v1.SettleLeasesRequest;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The naive model's leases and scopes. Which leases there are is read off the records after every command;
 * only their generations are kept.
 */
final class NaiveLeases {
    private static final long TERM = 1;

    private final NaiveRegistry registry;
    long lastGrant;
    /** Lease id → generation. */
    TreeMap<Long, Long> generations = new TreeMap<>();

    private TreeSet<Long> elected = new TreeSet<>();

    NaiveLeases(NaiveRegistry registry) {
        this.registry = registry;
    }

    Runnable save() {
        long grant = lastGrant;
        var kept = new TreeMap<>(generations);
        elected = new TreeSet<>();
        return () -> {
            lastGrant = grant;
            generations = kept;
        };
    }

    /** Leases begin and end with the records that hold them. */
    void follow() {
        TreeSet<Long> live = new TreeSet<>();
        for (Message record : registry.records.values()) {
            if (record instanceof Peer peer && peer.hasLease()) {
                live.add(peer.getLease().getId());
            } else if (record instanceof Leadership scope && scope.getLeaseId() > 0) {
                live.add(scope.getLeaseId());
                scope.getCandidatesList().forEach(candidate -> live.add(candidate.getLeaseId()));
            }
        }
        generations.keySet().retainAll(live);
        live.forEach(id -> generations.merge(id, 1L, (old, one) -> elected.contains(id) ? old + 1 : old));
    }

    void fence(MutationOptions options) {
        if (options.getFencingScope().isEmpty()) {
            return;
        }
        Leadership scope = (Leadership) registry.records.get("leadership " + options.getFencingScope());
        NaiveRegistry.refuseIf(
                scope == null || scope.getFencingToken() != options.getFencingToken(), "STALE_FENCING_TOKEN");
        NaiveRegistry.refuseIf(scope != null && scope.getLeaderId().isEmpty(), "LEASE_EXPIRED");
    }

    PeerLease peerLease(Duration ttl) {
        return PeerLease.newBuilder()
                .setId(++lastGrant)
                .setTtl(ttl)
                .setGrantedAt(now())
                .build();
    }

    void step(Message request, MutationOptions own) {
        switch (request) {
            case LeavePeerRequest r -> {
                Peer peer = registry.existing("peer " + r.getId(), own);
                NaiveRegistry.refuseIf(
                        r.getLeaseId() > 0 && r.getLeaseId() != peer.getLease().getId(), "LEASE_EXPIRED");
                status(peer, PeerStatus.PEER_STATUS_LEFT);
            }
            case CampaignRequest r -> campaign(r, own);
            case ResignRequest r -> {
                Leadership scope = registry.existing("leadership " + r.getScope(), own);
                long held = scope.getLeaderId().equals(r.getCandidateId())
                        ? scope.getLeaseId()
                        : scope.getCandidatesList().stream()
                                .filter(c -> c.getCandidateId().equals(r.getCandidateId()))
                                .mapToLong(LeadershipCandidate::getLeaseId)
                                .sum();
                NaiveRegistry.refuseIf(held > 0 && r.getLeaseId() > 0 && r.getLeaseId() != held, "LEASE_EXPIRED");
                if (held > 0) {
                    drop(scope, lease -> lease == held);
                }
            }
            case DeleteLeadershipRequest r -> {
                Leadership scope = registry.existing("leadership " + r.getScope(), own);
                NaiveRegistry.refuseIf(!scope.getLeaderId().isEmpty(), "PRECONDITION_FAILED");
                registry.remove("leadership " + r.getScope());
            }
            case SettleLeasesRequest r -> settle(r);
            default -> throw new AssertionError(request);
        }
    }

    private void campaign(CampaignRequest r, MutationOptions own) {
        String name = "leadership " + r.getScope();
        Leadership current = registry.find(name, own, true);
        Leadership scope =
                current == null ? Leadership.newBuilder().setScope(r.getScope()).build() : current;
        LeadershipCandidate self = LeadershipCandidate.newBuilder()
                .setCandidateId(r.getCandidateId())
                .setLeaseId(++lastGrant)
                .setTtl(r.getTtl())
                .setQueuedAt(now())
                .build();
        if (scope.getLeaderId().isEmpty() || scope.getLeaderId().equals(r.getCandidateId())) {
            registry.put(name, elect(scope.toBuilder(), self));
            return;
        }
        Leadership.Builder next = scope.toBuilder().clearCandidates();
        boolean waits = false;
        for (LeadershipCandidate candidate : scope.getCandidatesList()) {
            boolean same = candidate.getCandidateId().equals(r.getCandidateId());
            waits |= same;
            next.addCandidates(
                    same ? self.toBuilder().setQueuedAt(candidate.getQueuedAt()).build() : candidate);
        }
        NaiveRegistry.refuseIf(!waits && !r.getQueue(), "PRECONDITION_FAILED");
        registry.put(name, waits ? next.build() : next.addCandidates(self).build());
    }

    private void settle(SettleLeasesRequest r) {
        NaiveRegistry.refuseIf(r.getTerm() != TERM, "STALE_FENCING_TOKEN");
        TreeMap<String, TreeSet<Long>> out = new TreeMap<>();
        for (LeaseStep step : r.getStepsList()) {
            Long generation = generations.get(step.getLeaseId());
            boolean renew = step.getKind() == LeaseStep.Kind.RENEW;
            if (generation == null || (!renew && generation != step.getGeneration())) {
                continue;
            }
            generations.put(step.getLeaseId(), generation + 1);
            for (Message record : registry.records.values().toArray(new Message[0])) {
                if (record instanceof Peer peer && peer.getLease().getId() == step.getLeaseId()) {
                    boolean suspect = peer.getStatus() == PeerStatus.PEER_STATUS_SUSPECT;
                    if (renew && suspect) {
                        status(peer, PeerStatus.PEER_STATUS_ALIVE);
                    } else if (step.getKind() == LeaseStep.Kind.EXPIRE) {
                        status(peer, suspect ? PeerStatus.PEER_STATUS_LEFT : PeerStatus.PEER_STATUS_SUSPECT);
                    }
                } else if (record instanceof Leadership scope && step.getKind() == LeaseStep.Kind.EXPIRE) {
                    boolean its = scope.getLeaseId() == step.getLeaseId()
                            || scope.getCandidatesList().stream().anyMatch(c -> c.getLeaseId() == step.getLeaseId());
                    if (its) {
                        out.computeIfAbsent("leadership " + scope.getScope(), unused -> new TreeSet<>())
                                .add(step.getLeaseId());
                    }
                }
            }
        }
        out.forEach((name, leases) -> drop((Leadership) registry.records.get(name), leases::contains));
    }

    private void drop(Leadership scope, Predicate<Long> leases) {
        Leadership.Builder next = scope.toBuilder().clearCandidates();
        scope.getCandidatesList().stream()
                .filter(candidate -> !leases.test(candidate.getLeaseId()))
                .forEach(next::addCandidates);
        Leadership after = next.build();
        if (leases.test(scope.getLeaseId())) {
            after = next.getCandidatesCount() > 0
                    ? elect(next.build().toBuilder().removeCandidates(0), next.getCandidates(0))
                    : Leadership.newBuilder()
                            .setScope(scope.getScope())
                            .setMeta(scope.getMeta())
                            .setTerm(scope.getTerm())
                            .setFencingToken(scope.getFencingToken())
                            .build();
        }
        registry.put("leadership " + scope.getScope(), after);
    }

    private Leadership elect(Leadership.Builder scope, LeadershipCandidate candidate) {
        elected.add(candidate.getLeaseId());
        return scope.setLeaderId(candidate.getCandidateId())
                .setTerm(scope.getTerm() + 1)
                .setFencingToken(++lastGrant)
                .setLeaseId(candidate.getLeaseId())
                .setTtl(candidate.getTtl())
                .setIssuedAt(now())
                .setExpiresAt(Timestamps.fromMillis(
                        registry.timeMs + candidate.getTtl().getSeconds() * 1000))
                .build();
    }

    private void status(Peer peer, PeerStatus status) {
        Peer.Builder next = peer.toBuilder().setStatus(status);
        registry.put(
                "peer " + peer.getId(),
                status == PeerStatus.PEER_STATUS_LEFT ? next.clearLease().build() : next.build());
    }

    private Timestamp now() {
        return Timestamps.fromMillis(registry.timeMs);
    }
}
