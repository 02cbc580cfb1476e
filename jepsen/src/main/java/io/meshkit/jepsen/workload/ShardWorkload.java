package io.meshkit.jepsen.workload;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.generator.Keys;
import io.meshkit.jepsen.generator.Op;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.v1.AssignShardRequest;
import io.meshkit.v1.GetShardRequest;
import io.meshkit.v1.GetShardResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.SetShardStatusRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardMutationResponse;
import io.meshkit.v1.ShardServiceGrpc;
import io.meshkit.v1.ShardStatus;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactionServiceGrpc;
import io.meshkit.v1.UpsertShardRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Shards that change hands, and owners that act under the epoch in which they last saw themselves own: at most one
 * owner per epoch, and nothing under an old one.
 */
final class ShardWorkload implements Workload {
    static final String NAMESPACE = "jepsen";

    private static final int OWNERS = 5;
    private static final int PER_TRANSACTION = 100;
    private static final int READ_PERCENT = 40;
    private static final int ASSIGN_PERCENT = 30; // and the rest act under an epoch

    private final Random random;
    private final Keys keys;
    private final int shardsMade;
    /** The newest epoch that a client saw, by shard; what the next one acts under. */
    private final ConcurrentMap<String, Long> epochs = new ConcurrentHashMap<>();

    private long requests;

    ShardWorkload(Plan plan) {
        this.random = plan.random();
        this.keys = new Keys("s", plan.threads(), plan.nodes(), new Random(random.nextLong()));
        this.shardsMade = plan.threads() + 20 + (int) (plan.operationsPlanned() / 64);
    }

    @Override
    public String name() {
        return "shard";
    }

    @Override
    public void setUp(NodeClient client) {
        for (int owner = 0; owner < OWNERS; owner++) {
            SetUp.call(
                    client,
                    PeerServiceGrpc.getRegisterPeerMethod(),
                    RegisterPeerRequest.newBuilder()
                            .setPeer(Peer.newBuilder().setId("owner-" + owner).setRole("worker"))
                            .build());
        }
        for (int from = 0; from < shardsMade; from += PER_TRANSACTION) {
            TransactRequest.Builder transaction = TransactRequest.newBuilder();
            for (int shard = from; shard < Math.min(from + PER_TRANSACTION, shardsMade); shard++) {
                transaction
                        .addOperationsBuilder()
                        .setUpsertShard(UpsertShardRequest.newBuilder()
                                .setShard(Shard.newBuilder()
                                        .setNamespace(NAMESPACE)
                                        .setShardId("s" + shard)));
            }
            SetUp.call(client, TransactionServiceGrpc.getTransactMethod(), transaction.build());
        }
    }

    @Override
    public Op next(int thread, long process) {
        String key = keys.next(thread, process);
        int dice = random.nextInt(100);
        if (dice < READ_PERCENT) {
            return new Op("shard-read", key, JsonNull.INSTANCE);
        }
        Op op;
        if (dice < READ_PERCENT + ASSIGN_PERCENT) {
            op = new Op("shard-assign", key, new JsonPrimitive("owner-" + random.nextInt(OWNERS)));
        } else {
            long epoch = epochs.getOrDefault(key, 1L);
            boolean old = epoch > 1 && random.nextInt(4) == 0;
            op = new Op("shard-write", key, new JsonPrimitive(random.nextBoolean() ? "active" : "paused"));
            op.details().addProperty("epoch", old ? epoch - 1 : epoch);
        }
        op.details().addProperty("idem", "shard-" + ++requests);
        return op;
    }

    @Override
    public boolean isReadOnly(Op op) {
        return op.f().equals("shard-read");
    }

    @Override
    public Completion execute(Op op, NodeClient client) {
        String key = String.valueOf(op.key());
        if (op.f().equals("shard-read")) {
            GetShardResponse found = client.call(
                    ShardServiceGrpc.getGetShardMethod(),
                    GetShardRequest.newBuilder()
                            .setNamespace(NAMESPACE)
                            .setShardId(key)
                            .build());
            Shard shard = found.getShard();
            epochs.merge(key, shard.getOwnerEpoch(), Math::max);
            JsonObject seen = new JsonObject();
            seen.addProperty("owner", shard.getOwnerNodeId());
            seen.addProperty("epoch", shard.getOwnerEpoch());
            return new Completion(EventType.OK, seen)
                    .with("rev", found.getReadInfo().getRevision());
        }
        ShardMutationResponse done = mutate(op, key, client);
        long epoch = done.getShard().getOwnerEpoch();
        epochs.merge(key, epoch, Math::max);
        return Completion.of(op.value(), done.getResult()).with("epoch", epoch);
    }

    private static ShardMutationResponse mutate(Op op, String key, NodeClient client) {
        return switch (op.f()) {
            case "shard-assign" ->
                client.call(
                        ShardServiceGrpc.getAssignShardMethod(),
                        AssignShardRequest.newBuilder()
                                .setOptions(options(op))
                                .setNamespace(NAMESPACE)
                                .setShardId(key)
                                .setOwnerNodeId(op.value().getAsString())
                                .build());
            case "shard-write" ->
                client.call(
                        ShardServiceGrpc.getSetShardStatusMethod(),
                        SetShardStatusRequest.newBuilder()
                                .setOptions(options(op))
                                .setNamespace(NAMESPACE)
                                .setShardId(key)
                                .setStatus(
                                        op.value().getAsString().equals("active")
                                                ? ShardStatus.SHARD_STATUS_ACTIVE
                                                : ShardStatus.SHARD_STATUS_PAUSED)
                                .setExpectedOwnerEpoch(op.details().get("epoch").getAsLong())
                                .build());
            default -> throw new IllegalArgumentException("not of a shard: " + op);
        };
    }

    private static MutationOptions options(Op op) {
        return MutationOptions.newBuilder()
                .setRequestId(op.details().get("idem").getAsString())
                .build();
    }

    @Override
    public List<Op> finalReads() {
        List<Op> reads = new ArrayList<>();
        keys.all().forEach(key -> reads.add(new Op("shard-read", key, JsonNull.INSTANCE)));
        return reads;
    }
}
