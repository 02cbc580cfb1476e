package io.meshkit.domain.peers;

import static io.meshkit.domain.records.ClusterKind.CLUSTER;
import static io.meshkit.domain.records.PeerKind.PEER;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Etags;
import io.meshkit.domain.kernel.FieldMasks;
import io.meshkit.domain.kernel.LeaseRows;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.DeregisterPeerRequest;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.LabelPeerRequest;
import io.meshkit.v1.LeavePeerRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.PeerLease;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.UpdatePeerRequest;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The verbs on what a peer is; {@link PeerAdminHandlers} has those on what it may do. */
public final class PeerHandlers {
    private static final List<String> UPDATABLE = List.of(
            "role",
            "cluster_id",
            "region",
            "zone",
            "mesh_version",
            "wire_versions",
            "api_versions",
            "capabilities",
            "endpoints",
            "health",
            "meta.labels",
            "meta.annotations");

    private PeerHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                RecordHandler.creating(
                        PEER,
                        RegisterPeerRequest.getDefaultInstance(),
                        PeerMutationResponse.getDefaultInstance(),
                        request -> PEER.refOf(request.getPeer()),
                        PeerHandlers::checkRegister,
                        PeerHandlers::register),
                changing(
                        UpdatePeerRequest.getDefaultInstance(),
                        request -> request.getPeer().getId(),
                        PeerHandlers::checkUpdate,
                        PeerHandlers::update),
                changing(
                        LabelPeerRequest.getDefaultInstance(),
                        LabelPeerRequest::getId,
                        PeerHandlers::checkLabels,
                        PeerHandlers::label),
                changing(
                        DeregisterPeerRequest.getDefaultInstance(),
                        DeregisterPeerRequest::getId,
                        (request, check) -> check.id("id", request.getId()),
                        PeerHandlers::deregister),
                changing(
                        LeavePeerRequest.getDefaultInstance(),
                        LeavePeerRequest::getId,
                        PeerHandlers::checkLeave,
                        PeerHandlers::leave));
    }

    static <Q extends Message> CommandHandler<Q> changing(
            Q request, Function<Q, String> id, BiConsumer<Q, Check> checks, RecordHandler.Rule<Q, Peer> rule) {
        return RecordHandler.changing(
                PEER,
                request,
                PeerMutationResponse.getDefaultInstance(),
                asked -> PEER.ref(id.apply(asked)),
                checks,
                rule);
    }

    private static void checkRegister(RegisterPeerRequest request, Check check) {
        PeerChecks.description(request.getPeer(), check);
        if (request.hasLeaseTtl()) {
            check.leaseTtl("leaseTtl", request.getLeaseTtl());
        }
    }

    private static Decision<Peer> register(Work work, RegisterPeerRequest request, @Nullable Peer current) {
        Peer asked = request.getPeer();
        ErrorDetail missing = missingCluster(work, asked);
        if (missing != null) {
            return Decision.refuse(missing);
        }
        ErrorDetail full = request.hasLeaseTtl() ? LeaseRows.full(work) : null;
        if (full != null) {
            return Decision.refuse(full);
        }
        if (current == null) {
            return Decision.put(withLease(
                    work,
                    request,
                    asked.toBuilder()
                            .clearLease()
                            .setStatus(PeerStatus.PEER_STATUS_ALIVE)
                            .setAdminState(PeerAdminState.PEER_ADMIN_STATE_ACTIVE)));
        }
        Peer.Builder candidate =
                asked.toBuilder().clearLease().setStatus(current.getStatus()).setAdminState(current.getAdminState());
        if (current.hasLease()) {
            candidate.setLease(current.getLease());
        }
        if (!Etags.demandsRecord(request.getOptions()) && !PEER.sameContent(current, candidate.build())) {
            return Decision.refuse(Errors.alreadyExists(
                    "peer",
                    current.getId(),
                    current.getMeta().getModRevision(),
                    "give its etag as if_match to replace its description, or update single fields"));
        }
        if (request.hasLeaseTtl() || current.getStatus() == PeerStatus.PEER_STATUS_LEFT) {
            candidate.setStatus(PeerStatus.PEER_STATUS_ALIVE);
        }
        return Decision.put(withLease(work, request, candidate));
    }

    /** With the lease that the request asks for, if it does: always a new one, which fences off an older process. */
    private static Peer withLease(Work work, RegisterPeerRequest request, Peer.Builder peer) {
        if (request.hasLeaseTtl()) {
            peer.setLease(PeerLease.newBuilder()
                    .setId(work.nextGrant())
                    .setTtl(Times.duration(Times.ms(request.getLeaseTtl())))
                    .setGrantedAt(work.time()));
        }
        return peer.build();
    }

    private static void checkLeave(LeavePeerRequest request, Check check) {
        check.id("id", request.getId()).lease("leaseId", request.getLeaseId());
    }

    private static Decision<Peer> leave(Work work, LeavePeerRequest request, Peer current) {
        long lease = current.getLease().getId();
        if (request.getLeaseId() > 0 && request.getLeaseId() != lease) {
            return Decision.refuse(Errors.leaseExpired(
                    request.getLeaseId(),
                    "peer " + current.getId() + " has " + (lease == 0 ? "none" : "lease " + lease)));
        }
        return Decision.put(current.toBuilder()
                .setStatus(PeerStatus.PEER_STATUS_LEFT)
                .clearLease()
                .build());
    }

    private static void checkUpdate(UpdatePeerRequest request, Check check) {
        FieldMasks.check(check, "peer", request.getUpdateMask(), UPDATABLE);
        PeerChecks.description(request.getPeer(), check);
    }

    private static Decision<Peer> update(Work work, UpdatePeerRequest request, Peer current) {
        Peer.Builder peer = current.toBuilder();
        FieldMasks.copy(request.getUpdateMask(), request.getPeer(), peer);
        ErrorDetail missing = missingCluster(work, peer.build());
        return missing == null ? Decision.put(peer.build()) : Decision.refuse(missing);
    }

    private static void checkLabels(LabelPeerRequest request, Check check) {
        check.id("id", request.getId())
                .labels("set", request.getSetMap())
                .that(
                        request.getSetCount() + request.getRemoveCount() > 0,
                        "set",
                        "no label is named",
                        "name labels to set or to remove");
        for (String key : request.getRemoveList()) {
            check.labelKey("remove", key)
                    .that(
                            !request.containsSet(key),
                            "remove",
                            "label " + Check.shown(key) + " is both set and removed",
                            "do one of the two");
        }
    }

    private static Decision<Peer> label(Work work, LabelPeerRequest request, Peer current) {
        TreeMap<String, String> labels = new TreeMap<>(current.getMeta().getLabelsMap());
        request.getRemoveList().forEach(labels::remove);
        labels.putAll(request.getSetMap());
        var tooMany = new Check().labels("set", labels).error();
        if (tooMany.isPresent()) {
            return Decision.refuse(tooMany.get());
        }
        Peer.Builder peer = current.toBuilder();
        peer.getMetaBuilder().clearLabels().putAllLabels(labels);
        return Decision.put(peer.build());
    }

    private static Decision<Peer> deregister(Work work, DeregisterPeerRequest request, Peer current) {
        ErrorDetail busy = PeerDuties.remaining(work.view(), current.getId());
        return busy == null ? Decision.remove() : Decision.refuse(busy);
    }

    private static @Nullable ErrorDetail missingCluster(Work work, Peer peer) {
        String cluster = peer.getClusterId();
        if (cluster.isEmpty() || CLUSTER.exists(work.view(), CLUSTER.ref(cluster))) {
            return null;
        }
        return Errors.missingReference("peer.clusterId", "cluster", cluster, "create the cluster first");
    }
}
