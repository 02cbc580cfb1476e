package io.meshkit.domain.shards;

import static io.meshkit.domain.records.PeerKind.PEER;
import static io.meshkit.domain.records.ShardKind.SHARD;

import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.placement.PlacementStrategies;
import io.meshkit.domain.records.ShardKind;
import io.meshkit.v1.AssignShardRequest;
import io.meshkit.v1.DeleteShardRequest;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.SetShardStatusRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardMutationResponse;
import io.meshkit.v1.ShardStatus;
import io.meshkit.v1.UpsertShardRequest;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The verbs on shards.
 *
 * <p>Invariant: the owner epoch of a namespace and shard id grows whenever the owner changes, also from or to
 * nobody and across a deletion, and never goes back.
 */
public final class ShardHandlers {
    private static final String STRATEGY_DEFAULT = PlacementStrategies.DEFAULT;

    private ShardHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                RecordHandler.creating(
                        SHARD,
                        UpsertShardRequest.getDefaultInstance(),
                        ShardMutationResponse.getDefaultInstance(),
                        request -> SHARD.refOf(request.getShard()),
                        ShardHandlers::checkUpsert,
                        ShardHandlers::upsert),
                changing(
                        AssignShardRequest.getDefaultInstance(),
                        AssignShardRequest::getNamespace,
                        AssignShardRequest::getShardId,
                        (request, check) -> check.optionalId("ownerNodeId", request.getOwnerNodeId())
                                .optionalId("leaderId", request.getLeaderId())
                                .epoch("expectedOwnerEpoch", request.getExpectedOwnerEpoch()),
                        ShardHandlers::assign),
                changing(
                        SetShardStatusRequest.getDefaultInstance(),
                        SetShardStatusRequest::getNamespace,
                        SetShardStatusRequest::getShardId,
                        (request, check) -> check.known("status", request.getStatus())
                                .epoch("expectedOwnerEpoch", request.getExpectedOwnerEpoch()),
                        ShardHandlers::setStatus),
                changing(
                        DeleteShardRequest.getDefaultInstance(),
                        DeleteShardRequest::getNamespace,
                        DeleteShardRequest::getShardId,
                        (request, check) -> {},
                        (work, request, current) -> Decision.remove()));
    }

    private static <Q extends Message> CommandHandler<Q> changing(
            Q request,
            Function<Q, String> namespace,
            Function<Q, String> shardId,
            BiConsumer<Q, Check> checks,
            RecordHandler.Rule<Q, Shard> rule) {
        return RecordHandler.changing(
                SHARD,
                request,
                ShardMutationResponse.getDefaultInstance(),
                asked -> SHARD.ref(namespace.apply(asked), shardId.apply(asked)),
                (asked, check) -> {
                    check.id("namespace", namespace.apply(asked)).id("shardId", shardId.apply(asked));
                    checks.accept(asked, check);
                },
                rule);
    }

    private static void checkUpsert(UpsertShardRequest request, Check check) {
        Shard shard = request.getShard();
        check.id("shard.namespace", shard.getNamespace())
                .id("shard.shardId", shard.getShardId())
                .meta("shard.meta", shard.getMeta())
                .optionalId("shard.strategyId", shard.getStrategyId())
                .optionalId("shard.ownerNodeId", shard.getOwnerNodeId())
                .optionalId("shard.leaderId", shard.getLeaderId())
                .number("shard.capacityHint", shard.getCapacityHint(), 0, Double.MAX_VALUE)
                .knownOrUnset("shard.status", shard.getStatus())
                .epoch("expectedOwnerEpoch", request.getExpectedOwnerEpoch());
    }

    private static Decision<Shard> upsert(Work work, UpsertShardRequest request, @Nullable Shard current) {
        Shard asked = request.getShard();
        long epoch = current == null
                ? ShardKind.lastOwnerEpoch(work.view(), asked.getNamespace(), asked.getShardId())
                : current.getOwnerEpoch();
        String owner = current == null ? "" : current.getOwnerNodeId();
        boolean moves = !owner.equals(asked.getOwnerNodeId());
        ErrorDetail refusal = staleEpoch(request.getExpectedOwnerEpoch(), epoch);
        if (refusal == null) {
            refusal = moves ? unfitOwner(work, "shard.ownerNodeId", asked.getOwnerNodeId()) : null;
        }
        if (refusal == null) {
            refusal = unknownPeer(work, "shard.leaderId", asked.getLeaderId());
        }
        if (refusal != null) {
            return Decision.refuse(refusal);
        }
        Shard.Builder shard = asked.toBuilder()
                // Adding zero turns -0 into 0: they are one capacity, and must be one checksum.
                .setCapacityHint(asked.getCapacityHint() + 0.0)
                .setOwnerEpoch(moves ? epoch + 1 : epoch)
                .setChecksum(current == null ? "" : current.getChecksum());
        if (asked.getStrategyId().isEmpty()) {
            shard.setStrategyId(STRATEGY_DEFAULT);
        }
        if (asked.getStatus() == ShardStatus.SHARD_STATUS_UNSPECIFIED) {
            shard.setStatus(current == null ? ShardStatus.SHARD_STATUS_ACTIVE : current.getStatus());
        }
        return Decision.put(shard.build());
    }

    private static Decision<Shard> assign(Work work, AssignShardRequest request, Shard current) {
        ErrorDetail refusal = staleEpoch(request.getExpectedOwnerEpoch(), current.getOwnerEpoch());
        if (refusal == null) {
            refusal = unfitOwner(work, "ownerNodeId", request.getOwnerNodeId());
        }
        if (refusal == null) {
            refusal = unknownPeer(work, "leaderId", request.getLeaderId());
        }
        if (refusal != null) {
            return Decision.refuse(refusal);
        }
        boolean moves = !current.getOwnerNodeId().equals(request.getOwnerNodeId());
        return Decision.put(current.toBuilder()
                .setOwnerNodeId(request.getOwnerNodeId())
                .setLeaderId(request.getLeaderId())
                .setOwnerEpoch(moves ? current.getOwnerEpoch() + 1 : current.getOwnerEpoch())
                .build());
    }

    private static Decision<Shard> setStatus(Work work, SetShardStatusRequest request, Shard current) {
        ErrorDetail stale = staleEpoch(request.getExpectedOwnerEpoch(), current.getOwnerEpoch());
        return stale == null
                ? Decision.put(
                        current.toBuilder().setStatus(request.getStatus()).build())
                : Decision.refuse(stale);
    }

    private static @Nullable ErrorDetail staleEpoch(long expected, long current) {
        return expected == 0 || expected == current
                ? null
                : Errors.staleFence("the shard's owner epoch", expected, current);
    }

    /** Why the peer cannot take the shard, or null. */
    private static @Nullable ErrorDetail unfitOwner(Work work, String field, String id) {
        if (id.isEmpty()) {
            return null;
        }
        Peer peer = PEER.get(work.view(), PEER.ref(id));
        if (peer == null) {
            return Errors.missingReference(field, "peer", id, "register the peer first");
        }
        if (peer.getAdminState() != PeerAdminState.PEER_ADMIN_STATE_ACTIVE) {
            return Errors.precondition(
                    "peer " + id + " takes nothing new: it is "
                            + peer.getAdminState().name().replace("PEER_ADMIN_STATE_", ""),
                    "assign the shard to an ACTIVE peer, or uncordon or resume this one");
        }
        return null;
    }

    private static @Nullable ErrorDetail unknownPeer(Work work, String field, String id) {
        return id.isEmpty() || PEER.exists(work.view(), PEER.ref(id))
                ? null
                : Errors.missingReference(field, "peer", id, "register the peer first");
    }
}
