package io.meshkit.jepsen.workload;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.util.Durations;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.client.Outcome;
import io.meshkit.jepsen.generator.Op;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.v1.CampaignRequest;
import io.meshkit.v1.CampaignResponse;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.KeepAliveRequest;
import io.meshkit.v1.LeadershipServiceGrpc;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.LeaseState;
import io.meshkit.v1.LeaseStatus;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.ResignRequest;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Locks as leadership scopes: clients campaign, keep their lease alive or let it run out, write under their fencing
 * token, resign, and write once more under a token that they have lost.
 *
 * <p>A client holds in the name of its process, so that nobody goes on with what an unknown outcome left behind.
 */
final class LockWorkload implements Workload {
    private static final int THREADS_PER_SCOPE = 6;
    private static final int[] TTLS_MS = {1_000, 2_000, 4_000};
    /** What answers of the registry mean that the client holds no more. */
    private static final Set<ErrorCode> LOST = Set.of(ErrorCode.LEASE_EXPIRED, ErrorCode.STALE_FENCING_TOKEN);

    private final Random random;
    private final int scopes;
    private final ConcurrentMap<String, Held> held = new ConcurrentHashMap<>();
    private long values;

    /**
     * What a holder has or had.
     *
     * @param scope its key in the history
     * @param lease 0: it holds no more, as far as it knows
     */
    private record Held(String scope, long token, long lease, long ttlMs) {
        Held lost() {
            return new Held(scope, token, 0, ttlMs);
        }
    }

    LockWorkload(Plan plan) {
        this.random = plan.random();
        this.scopes = Math.max(2, plan.threads() / THREADS_PER_SCOPE);
    }

    @Override
    public String name() {
        return "lock";
    }

    @Override
    public Op next(int thread, long process) {
        String holder = "p" + process;
        Held mine = held.get(holder);
        int dice = random.nextInt(100);
        Op op;
        if (mine != null && mine.lease() != 0) {
            if (dice < 35) {
                op = new Op("lock-renew", mine.scope(), JsonNull.INSTANCE);
                op.details().addProperty("ttlMs", mine.ttlMs());
                op.details().addProperty("lease", mine.lease());
            } else if (dice < 80) {
                op = write(mine);
            } else {
                op = new Op("lock-release", mine.scope(), JsonNull.INSTANCE);
                op.details().addProperty("lease", mine.lease());
            }
        } else if (mine != null && dice < 30) {
            op = write(mine);
        } else {
            op = new Op("lock-acquire", "l" + random.nextInt(scopes), JsonNull.INSTANCE);
            op.details().addProperty("ttlMs", TTLS_MS[random.nextInt(TTLS_MS.length)]);
        }
        op.details().addProperty("holder", holder);
        if (!isReadOnly(op)) {
            op.details().addProperty("idem", "lock-" + ++values);
        }
        return op;
    }

    private Op write(Held mine) {
        Op op = new Op("lock-write", mine.scope(), new JsonPrimitive(++values));
        op.details().addProperty("token", mine.token());
        return op;
    }

    /** A keep-alive of unknown outcome is no promise to its sender, and harms nobody if it took effect. */
    @Override
    public boolean isReadOnly(Op op) {
        return op.f().equals("lock-renew");
    }

    @Override
    public Completion execute(Op op, NodeClient client) {
        try {
            return switch (op.f()) {
                case "lock-acquire" -> acquire(op, client);
                case "lock-renew" -> renew(op, client);
                case "lock-write" -> write(op, client);
                case "lock-release" -> release(op, client);
                default -> throw new IllegalArgumentException("not of a lock: " + op);
            };
        } catch (RegistryException e) {
            if (LOST.contains(e.code())) {
                forget(op);
                return failed(op, Outcome.name(e));
            }
            if (e.code() == ErrorCode.PRECONDITION_FAILED && Outcome.of(e, false) == EventType.FAIL) {
                return failed(op, Outcome.name(e)); // Another holds it.
            }
            throw e;
        }
    }

    private Completion acquire(Op op, NodeClient client) {
        long ttlMs = op.details().get("ttlMs").getAsLong();
        CampaignResponse answer = client.call(
                LeadershipServiceGrpc.getCampaignMethod(),
                CampaignRequest.newBuilder()
                        .setOptions(options(op))
                        .setScope(scope(op))
                        .setKind("jepsen")
                        .setCandidateId(holder(op))
                        .setTtl(Durations.fromMillis(ttlMs))
                        .build());
        if (!answer.getElected()) {
            throw new IllegalStateException("neither elected nor refused: " + answer);
        }
        held.put(holder(op), new Held(String.valueOf(op.key()), answer.getFencingToken(), answer.getLeaseId(), ttlMs));
        return done(op, answer.getResult()).with("token", answer.getFencingToken());
    }

    private Completion renew(Op op, NodeClient client) {
        LeaseStatus status = client.call(
                        LeaseServiceGrpc.getKeepAliveMethod(),
                        KeepAliveRequest.newBuilder()
                                .addIds(op.details().get("lease").getAsLong())
                                .build())
                .getLeases(0);
        if (status.getState() != LeaseState.LEASE_STATE_ALIVE) {
            forget(op);
            return failed(op, ErrorCode.LEASE_EXPIRED.name());
        }
        return new Completion(EventType.OK, op.value()).with("token", status.getFencingToken());
    }

    private static Completion write(Op op, NodeClient client) {
        MutationOptions guarded = options(op).toBuilder()
                .setFencingScope(scope(op))
                .setFencingToken(op.details().get("token").getAsLong())
                .build();
        return done(
                op,
                client.call(
                                ConfigServiceGrpc.getPatchConfigMethod(),
                                Documents.patch(String.valueOf(op.key()), op.value(), guarded))
                        .getResult());
    }

    private Completion release(Op op, NodeClient client) {
        forget(op); // Whatever the answer: it does not rely on it from now on.
        return done(
                op,
                client.call(
                                LeadershipServiceGrpc.getResignMethod(),
                                ResignRequest.newBuilder()
                                        .setOptions(options(op))
                                        .setScope(scope(op))
                                        .setCandidateId(holder(op))
                                        .setLeaseId(op.details().get("lease").getAsLong())
                                        .build())
                        .getResult());
    }

    private void forget(Op op) {
        held.computeIfPresent(holder(op), (holder, mine) -> mine.lost());
    }

    private static String scope(Op op) {
        return Documents.PREFIX + op.key();
    }

    private static String holder(Op op) {
        return op.details().get("holder").getAsString();
    }

    private static MutationOptions options(Op op) {
        return MutationOptions.newBuilder()
                .setRequestId(op.details().get("idem").getAsString())
                .build();
    }

    private static Completion done(Op op, MutationResult result) {
        return Completion.of(op.value(), result);
    }

    private static Completion failed(Op op, String why) {
        JsonObject details = new JsonObject();
        details.addProperty("error", why);
        return new Completion(EventType.FAIL, op.value(), details);
    }

    @Override
    public List<Op> finalReads() {
        return List.of(); // Nothing of a lock shows at rest.
    }
}
