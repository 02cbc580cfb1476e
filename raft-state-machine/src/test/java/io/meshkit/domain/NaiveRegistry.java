package io.meshkit.domain;

import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.meshkit.domain.kernel.Requests;
import io.meshkit.v1.AssignShardRequest;
import io.meshkit.v1.ChangeKind;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.CreateClusterRequest;
import io.meshkit.v1.DeleteClusterRequest;
import io.meshkit.v1.DeleteConfigRequest;
import io.meshkit.v1.DeleteShardRequest;
import io.meshkit.v1.DemoteClusterRequest;
import io.meshkit.v1.DeregisterPeerRequest;
import io.meshkit.v1.DrainPeerRequest;
import io.meshkit.v1.LabelPeerRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.PromoteClusterRequest;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.ResumePeerRequest;
import io.meshkit.v1.SetShardStatusRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardStatus;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactionOperation;
import io.meshkit.v1.UncordonPeerRequest;
import io.meshkit.v1.UpdateClusterRequest;
import io.meshkit.v1.UpsertShardRequest;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import net.openhft.hashing.LongHashFunction;

/**
 * The contract's words as directly as can be: maps of records, no tables, no indexes, no shared machinery.
 * Knows well-formed requests of its generator only. What the state machine is compared with.
 */
final class NaiveRegistry {
    /** "peer a", "shard n/s", … → record. */
    TreeMap<String, Message> records = new TreeMap<>();

    TreeMap<String, Long> ownerEpochs = new TreeMap<>();
    final NaiveLeases leases = new NaiveLeases(this);
    long failoverEpoch;
    long revision;
    private TreeSet<String> changed = new TreeSet<>();
    private MutationOptions options = MutationOptions.getDefaultInstance();
    long timeMs;

    /** Why a request is refused: an error code's name. */
    private static final class Refused extends RuntimeException {
        Refused(String code) {
            super(code, null, false, false);
        }
    }

    /** "changed", "same", or an error code's name. */
    String apply(Message request, long timeMs) {
        var recordsBefore = new TreeMap<>(records);
        var epochsBefore = new TreeMap<>(ownerEpochs);
        long epochBefore = failoverEpoch;
        Runnable leasesBefore = leases.save();
        changed = new TreeSet<>();
        options = Requests.options(request);
        this.timeMs = timeMs;
        try {
            leases.fence(options);
            if (request instanceof TransactRequest transact) {
                for (TransactionOperation operation : transact.getOperationsList()) {
                    step((Message) operation.getAllFields().values().iterator().next());
                }
            } else {
                step(request);
            }
        } catch (Refused refused) {
            records = recordsBefore;
            ownerEpochs = epochsBefore;
            failoverEpoch = epochBefore;
            leasesBefore.run();
            return refused.getMessage();
        }
        leases.follow();
        if (changed.isEmpty()) {
            return "same";
        }
        revision++;
        return "changed";
    }

    private void step(Message request) {
        MutationOptions own = Requests.options(request);
        switch (request) {
            case RegisterPeerRequest r -> register(r, own);
            case LabelPeerRequest r -> {
                Peer peer = existing("peer " + r.getId(), own);
                var labels = new TreeMap<>(peer.getMeta().getLabelsMap());
                r.getRemoveList().forEach(labels::remove);
                labels.putAll(r.getSetMap());
                Peer.Builder next = peer.toBuilder();
                next.getMetaBuilder().clearLabels().putAllLabels(labels);
                put("peer " + r.getId(), next.build());
            }
            case CordonPeerRequest r -> move(r.getId(), own, "AC", 'C');
            case UncordonPeerRequest r -> move(r.getId(), own, "AC", 'A');
            case ResumePeerRequest r -> move(r.getId(), own, "AGD", 'A');
            case DrainPeerRequest r -> drain(r, own);
            case DeregisterPeerRequest r -> {
                existing("peer " + r.getId(), own);
                refuseIf(hasDuties(r.getId()), "PRECONDITION_FAILED");
                remove("peer " + r.getId());
            }
            case CreateClusterRequest r -> create(r, own);
            case UpdateClusterRequest r -> {
                Cluster cluster = existing("cluster " + r.getCluster().getId(), own);
                ClusterState to = r.getCluster().getState();
                if (to != cluster.getState()) {
                    String move = letter(cluster.getState()) + letter(to);
                    refuseIf(!"AD PD DP DM MD".contains(move), "PRECONDITION_FAILED");
                    refuseIf(lastActive(cluster), "PRECONDITION_FAILED");
                    cluster = cluster.toBuilder()
                            .setState(to)
                            .setChangeKind(ChangeKind.CHANGE_KIND_PLANNED)
                            .build();
                }
                put("cluster " + cluster.getId(), cluster);
            }
            case PromoteClusterRequest r -> promote(r, own);
            case DemoteClusterRequest r -> demote(r, own);
            case DeleteClusterRequest r -> {
                Cluster cluster = existing("cluster " + r.getId(), own);
                boolean used = records.values().stream()
                        .anyMatch(record ->
                                record instanceof Peer p && p.getClusterId().equals(r.getId())
                                        || record instanceof Cluster c
                                                && c.getDependenciesList().contains(r.getId()));
                refuseIf(used || letter(cluster.getState()).equals("A"), "PRECONDITION_FAILED");
                remove("cluster " + r.getId());
            }
            case UpsertShardRequest r -> upsert(r, own);
            case AssignShardRequest r -> {
                Shard shard = existing(name(r.getNamespace(), r.getShardId()), own);
                refuseIf(stale(r.getExpectedOwnerEpoch(), shard.getOwnerEpoch()), "STALE_FENCING_TOKEN");
                requireActive(r.getOwnerNodeId());
                place(shard.toBuilder().setOwnerNodeId(r.getOwnerNodeId()).setLeaderId(r.getLeaderId()));
            }
            case SetShardStatusRequest r -> {
                Shard shard = existing(name(r.getNamespace(), r.getShardId()), own);
                refuseIf(stale(r.getExpectedOwnerEpoch(), shard.getOwnerEpoch()), "STALE_FENCING_TOKEN");
                place(shard.toBuilder().setStatus(r.getStatus()));
            }
            case DeleteShardRequest r -> {
                String name = name(r.getNamespace(), r.getShardId());
                Shard shard = existing(name, own);
                if (!shard.getOwnerNodeId().isEmpty()) {
                    ownerEpochs.merge(name, 1L, Long::sum);
                }
                remove(name);
            }
            case PatchConfigRequest r -> {
                ConfigDocument current = find("config " + r.getName(), own, true);
                ConfigDocument.Builder next =
                        current == null ? ConfigDocument.newBuilder().setName(r.getName()) : current.toBuilder();
                put(
                        "config " + r.getName(),
                        next.setDocument(merge(next.getDocument(), r.getPatch()))
                                .build());
            }
            case DeleteConfigRequest r -> {
                existing("config " + r.getName(), own);
                remove("config " + r.getName());
            }
            default -> leases.step(request, own);
        }
    }

    private void register(RegisterPeerRequest r, MutationOptions own) {
        Peer asked = r.getPeer();
        Peer current = find("peer " + asked.getId(), own, true);
        boolean lost = !asked.getClusterId().isEmpty() && !records.containsKey("cluster " + asked.getClusterId());
        refuseIf(lost, "PRECONDITION_FAILED");
        Peer.Builder kept = asked.toBuilder().setAdminState(PeerAdminState.PEER_ADMIN_STATE_ACTIVE);
        if (current != null) {
            kept.setAdminState(current.getAdminState()).setStatus(current.getStatus());
            if (current.hasLease()) {
                kept.setLease(current.getLease());
            }
        }
        boolean asEtag = !own.getIfMatch().isEmpty() || own.getExpectedVersion() > 0;
        refuseIf(current != null && !asEtag && !sameAs(current, kept.build()), "ALREADY_EXISTS");
        boolean revived = current == null || current.getStatus() == PeerStatus.PEER_STATUS_LEFT || r.hasLeaseTtl();
        if (revived) {
            kept.setStatus(PeerStatus.PEER_STATUS_ALIVE);
        }
        if (r.hasLeaseTtl()) {
            kept.setLease(leases.peerLease(r.getLeaseTtl()));
        }
        put("peer " + asked.getId(), kept.build());
    }

    private void move(String id, MutationOptions own, String from, char to) {
        Peer peer = existing("peer " + id, own);
        refuseIf(from.indexOf(letter(peer.getAdminState())) < 0, "PRECONDITION_FAILED");
        PeerAdminState state =
                to == 'A' ? PeerAdminState.PEER_ADMIN_STATE_ACTIVE : PeerAdminState.PEER_ADMIN_STATE_CORDONED;
        put("peer " + id, peer.toBuilder().setAdminState(state).build());
    }

    private void drain(DrainPeerRequest r, MutationOptions own) {
        Peer peer = existing("peer " + r.getId(), own);
        char state = letter(peer.getAdminState());
        refuseIf((r.getComplete() ? "GD" : "ACG").indexOf(state) < 0, "PRECONDITION_FAILED");
        refuseIf(r.getComplete() && state == 'G' && hasDuties(r.getId()), "PRECONDITION_FAILED");
        PeerAdminState to =
                r.getComplete() ? PeerAdminState.PEER_ADMIN_STATE_DRAINED : PeerAdminState.PEER_ADMIN_STATE_DRAINING;
        put("peer " + r.getId(), peer.toBuilder().setAdminState(to).build());
    }

    private void create(CreateClusterRequest r, MutationOptions own) {
        Cluster asked = r.getCluster();
        Cluster current = find("cluster " + asked.getId(), own, true);
        if (current != null) {
            Cluster again = asked.toBuilder()
                    .setChangeKind(current.getChangeKind())
                    .setFailoverEpoch(current.getFailoverEpoch())
                    .build();
            refuseIf(!sameAs(current, again), "ALREADY_EXISTS");
            return;
        }
        for (String dependency : asked.getDependenciesList()) {
            refuseIf(!records.containsKey("cluster " + dependency), "PRECONDITION_FAILED");
        }
        Cluster.Builder next = asked.toBuilder();
        if (asked.getState() == ClusterState.CLUSTER_STATE_ACTIVE) {
            next.setFailoverEpoch(++failoverEpoch);
        }
        put("cluster " + asked.getId(), next.build());
    }

    private void promote(PromoteClusterRequest r, MutationOptions own) {
        Cluster cluster = existing("cluster " + r.getId(), own);
        refuseIf(stale(r.getExpectedFailoverEpoch(), failoverEpoch), "STALE_FENCING_TOKEN");
        if (letter(cluster.getState()).equals("A")) {
            return;
        }
        refuseIf(!letter(cluster.getState()).equals("P"), "PRECONDITION_FAILED");
        put(
                "cluster " + r.getId(),
                cluster.toBuilder()
                        .setState(ClusterState.CLUSTER_STATE_ACTIVE)
                        .setChangeKind(ChangeKind.CHANGE_KIND_PLANNED)
                        .setFailoverEpoch(++failoverEpoch)
                        .build());
    }

    private void demote(DemoteClusterRequest r, MutationOptions own) {
        Cluster cluster = existing("cluster " + r.getId(), own);
        refuseIf(stale(r.getExpectedFailoverEpoch(), failoverEpoch), "STALE_FENCING_TOKEN");
        if (letter(cluster.getState()).equals("P")) {
            return;
        }
        refuseIf(!letter(cluster.getState()).equals("A") || lastActive(cluster), "PRECONDITION_FAILED");
        put(
                "cluster " + r.getId(),
                cluster.toBuilder()
                        .setState(ClusterState.CLUSTER_STATE_PASSIVE)
                        .setChangeKind(ChangeKind.CHANGE_KIND_PLANNED)
                        .build());
    }

    private void upsert(UpsertShardRequest r, MutationOptions own) {
        Shard asked = r.getShard();
        String name = name(asked.getNamespace(), asked.getShardId());
        Shard current = find(name, own, true);
        refuseIf(stale(r.getExpectedOwnerEpoch(), ownerEpochs.getOrDefault(name, 0L)), "STALE_FENCING_TOKEN");
        if (current == null || !current.getOwnerNodeId().equals(asked.getOwnerNodeId())) {
            requireActive(asked.getOwnerNodeId());
        }
        ShardStatus kept = current == null ? ShardStatus.SHARD_STATUS_ACTIVE : current.getStatus();
        place(asked.toBuilder()
                .setStrategyId("rendezvous")
                .setStatus(asked.getStatusValue() == 0 ? kept : asked.getStatus()));
    }

    private void place(Shard.Builder shard) {
        String name = name(shard.getNamespace(), shard.getShardId());
        Shard current = (Shard) records.get(name);
        String owner = current == null ? "" : current.getOwnerNodeId();
        boolean moves = !owner.equals(shard.getOwnerNodeId());
        if (moves) {
            ownerEpochs.merge(name, 1L, Long::sum);
        }
        shard.setOwnerEpoch(ownerEpochs.computeIfAbsent(name, unused -> 0L)).clearChecksum();
        if (current != null && sameAs(current.toBuilder().clearChecksum().build(), shard.build())) {
            return;
        }
        put(name, shard.build());
        Shard stored = (Shard) records.get(name);
        String text = String.join(
                "|",
                stored.getNamespace(),
                stored.getShardId(),
                stored.getStrategyId(),
                stored.getOwnerNodeId(),
                stored.getLeaderId(),
                Long.toString((long) stored.getCapacityHint()),
                Integer.toString(stored.getStatusValue()),
                stored.getMeta().getChangeTicket());
        long hash = LongHashFunction.xx().hashBytes(text.getBytes(StandardCharsets.UTF_8));
        records.put(
                name,
                stored.toBuilder().setChecksum(String.format("%016X", hash)).build());
    }

    private static Struct merge(Struct target, Struct patch) {
        var members = new TreeMap<>(target.getFieldsMap());
        patch.getFieldsMap().forEach((name, value) -> {
            if (value.hasNullValue()) {
                members.remove(name);
            } else if (value.hasStructValue()) {
                Struct base =
                        members.containsKey(name) ? members.get(name).getStructValue() : Struct.getDefaultInstance();
                members.put(
                        name,
                        Value.newBuilder()
                                .setStructValue(merge(base, value.getStructValue()))
                                .build());
            } else {
                members.put(name, value);
            }
        });
        return Struct.newBuilder().putAllFields(members).build();
    }

    private void requireActive(String peer) {
        Peer owner = (Peer) records.get("peer " + peer);
        refuseIf(!peer.isEmpty() && (owner == null || letter(owner.getAdminState()) != 'A'), "PRECONDITION_FAILED");
    }

    private boolean hasDuties(String peer) {
        return records.values().stream()
                .anyMatch(record -> record instanceof Shard s
                        && (s.getOwnerNodeId().equals(peer) || s.getLeaderId().equals(peer)));
    }

    private boolean lastActive(Cluster cluster) {
        return letter(cluster.getState()).equals("A")
                && records.values().stream()
                                .filter(record -> record instanceof Cluster c
                                        && letter(c.getState()).equals("A"))
                                .count()
                        == 1;
    }

    private static boolean stale(long expected, long current) {
        return expected > 0 && expected != current;
    }

    private static char letter(PeerAdminState state) {
        return "?ACGD".charAt(state.getNumber());
    }

    private static String letter(ClusterState state) {
        return "?APDM".substring(state.getNumber(), state.getNumber() + 1);
    }

    private static String name(String namespace, String shardId) {
        return "shard " + namespace + "/" + shardId;
    }

    static void refuseIf(boolean refused, String code) {
        if (refused) {
            throw new Refused(code);
        }
    }

    @SuppressWarnings("unchecked")
    <T extends Message> T existing(String name, MutationOptions own) {
        return Objects.requireNonNull((T) find(name, own, false));
    }

    @SuppressWarnings("unchecked")
    <T extends Message> T find(String name, MutationOptions own, boolean mayBeMissing) {
        Message record = records.get(name);
        boolean expects = !own.getIfMatch().isEmpty() || own.getExpectedVersion() > 0;
        refuseIf(record == null && (expects || !mayBeMissing), "NOT_FOUND");
        if (record != null && expects) {
            RecordMeta meta = meta(record);
            boolean etag = own.getIfMatch().isEmpty()
                    || own.getIfMatch().equals("*")
                    || own.getIfMatch().equals("\"" + meta.getModRevision() + "\"");
            boolean version = own.getExpectedVersion() == 0 || own.getExpectedVersion() == meta.getVersion();
            refuseIf(!etag || !version, "REVISION_MISMATCH");
        }
        return (T) record;
    }

    void put(String name, Message next) {
        Message current = records.get(name);
        if (current != null && sameAs(current, next)) {
            return;
        }
        refuseIf(!changed.add(name), "INVALID_REQUEST");
        RecordMeta asked = meta(next);
        RecordMeta before = current == null ? RecordMeta.getDefaultInstance() : meta(current);
        RecordMeta meta = RecordMeta.newBuilder()
                .setVersion(before.getVersion() + 1)
                .setCreateRevision(current == null ? revision + 1 : before.getCreateRevision())
                .setModRevision(revision + 1)
                .setUpdatedAt(
                        Timestamp.newBuilder().setSeconds(timeMs / 1000).setNanos((int) (timeMs % 1000) * 1_000_000))
                .setUpdatedBy("alice")
                .setChangeTicket(options.getChangeTicket())
                .putAllLabels(asked.getLabelsMap())
                .putAllAnnotations(asked.getAnnotationsMap())
                .build();
        records.put(name, withMeta(next, meta));
    }

    void remove(String name) {
        refuseIf(!changed.add(name), "INVALID_REQUEST");
        records.remove(name);
    }

    private static boolean sameAs(Message current, Message next) {
        RecordMeta bare = RecordMeta.newBuilder()
                .putAllLabels(meta(next).getLabelsMap())
                .putAllAnnotations(meta(next).getAnnotationsMap())
                .build();
        RecordMeta kept = RecordMeta.newBuilder()
                .putAllLabels(meta(current).getLabelsMap())
                .putAllAnnotations(meta(current).getAnnotationsMap())
                .build();
        return withMeta(next, bare).equals(withMeta(current, kept));
    }

    private static RecordMeta meta(Message record) {
        return (RecordMeta) record.getField(record.getDescriptorForType().findFieldByName("meta"));
    }

    private static Message withMeta(Message record, RecordMeta meta) {
        return record.toBuilder()
                .setField(record.getDescriptorForType().findFieldByName("meta"), meta)
                .build();
    }
}
