package io.meshkit.jepsen.workload;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.meshkit.api.ErrorCode;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.generator.Op;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.v1.CampaignRequest;
import io.meshkit.v1.CampaignResponse;
import io.meshkit.v1.KeepAliveRequest;
import io.meshkit.v1.LeadershipServiceGrpc;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.LeaseState;
import io.meshkit.v1.LeavePeerRequest;
import io.meshkit.v1.ListLeasesRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.ResignRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Leases of peers and of leaders: granted, kept alive by any client at any node, looked at, given back, or left alone
 * until they run out. A lease that is not alive counts as gone, also while it is only suspect: that, too, must not come
 * before its time.
 */
final class LeaseWorkload implements Workload {
    private static final int ACTIVE_MIN = 8;
    private static final int ACTIVE_MAX = 60;
    private static final int[] TTLS_MS = {1_000, 2_000, 4_000};
    private static final int NEGLECTED_PERCENT = 50;
    /** So often a lease that has gone is still looked at. */
    private static final int LOOKS_WHEN_GONE = 2;

    private final Random random;
    private final Map<String, Granted> active = new LinkedHashMap<>();
    private long requests;

    private static final class Granted {
        private final long id;
        private final long ttlMs;
        /** Nobody keeps it alive. */
        private final boolean isNeglected;

        private int seenGone;

        Granted(long id, long ttlMs, boolean isNeglected) {
            this.id = id;
            this.ttlMs = ttlMs;
            this.isNeglected = isNeglected;
        }
    }

    LeaseWorkload(Plan plan) {
        this.random = plan.random();
    }

    @Override
    public String name() {
        return "lease";
    }

    /** Peers that run out leave soon, and no guard keeps them: what is never early must not be held back. */
    @Override
    public List<String> settings() {
        return List.of("leases.expiry-guard-percent=0", "leases.suspect-grace-ms=2000");
    }

    @Override
    public Op next(int thread, long process) {
        synchronized (active) {
            int dice = random.nextInt(100);
            if (active.size() < ACTIVE_MIN || (dice < 12 && active.size() < ACTIVE_MAX)) {
                return grant();
            }
            List<String> keys = new ArrayList<>(active.keySet());
            String key = keys.get(random.nextInt(keys.size()));
            Granted lease = lease(key);
            Op op;
            if (dice < 18) {
                op = new Op("lease-revoke", key, JsonNull.INSTANCE);
                op.details().addProperty("idem", "lease-" + ++requests);
                active.remove(key);
            } else if (dice < 60 && !lease.isNeglected) {
                op = new Op("lease-keepalive", key, JsonNull.INSTANCE);
                op.details().addProperty("ttlMs", lease.ttlMs);
            } else {
                op = new Op("lease-read", key, JsonNull.INSTANCE);
            }
            op.details().addProperty("lease", lease.id);
            return op;
        }
    }

    private Granted lease(String key) {
        Granted lease = active.get(key);
        if (lease == null) {
            throw new IllegalStateException("no lease " + key);
        }
        return lease;
    }

    /** {@code ep…} of a peer, {@code es…} of a scope's leader. */
    private Op grant() {
        Op op = new Op("lease-grant", (random.nextBoolean() ? "ep" : "es") + ++requests, JsonNull.INSTANCE);
        op.details().addProperty("ttlMs", TTLS_MS[random.nextInt(TTLS_MS.length)]);
        op.details().addProperty("idem", "lease-" + requests);
        op.details().addProperty("neglected", random.nextInt(100) < NEGLECTED_PERCENT);
        return op;
    }

    /** A keep-alive of unknown outcome is no promise to its sender, and harms nobody if it took effect. */
    @Override
    public boolean isReadOnly(Op op) {
        return op.f().equals("lease-read") || op.f().equals("lease-keepalive");
    }

    @Override
    public Completion execute(Op op, NodeClient client) {
        return switch (op.f()) {
            case "lease-grant" -> grant(op, client);
            case "lease-keepalive" -> keepAlive(op, client);
            case "lease-read" -> look(op, client);
            case "lease-revoke" -> revoke(op, client);
            default -> throw new IllegalArgumentException("not of a lease: " + op);
        };
    }

    private static boolean isOfPeer(Op op) {
        return String.valueOf(op.key()).startsWith("ep");
    }

    private static String name(Op op) {
        return Documents.PREFIX + op.key();
    }

    private Completion grant(Op op, NodeClient client) {
        long ttlMs = op.details().get("ttlMs").getAsLong();
        Duration ttl = Durations.fromMillis(ttlMs);
        long id;
        MutationResult result;
        if (isOfPeer(op)) {
            PeerMutationResponse answer = client.call(
                    PeerServiceGrpc.getRegisterPeerMethod(),
                    RegisterPeerRequest.newBuilder()
                            .setOptions(options(op))
                            .setPeer(Peer.newBuilder().setId(name(op)).setRole("worker"))
                            .setLeaseTtl(ttl)
                            .build());
            id = answer.getPeer().getLease().getId();
            result = answer.getResult();
        } else {
            CampaignResponse answer = client.call(
                    LeadershipServiceGrpc.getCampaignMethod(),
                    CampaignRequest.newBuilder()
                            .setOptions(options(op))
                            .setScope(name(op))
                            .setKind("jepsen")
                            .setCandidateId("holder")
                            .setTtl(ttl)
                            .build());
            id = answer.getLeaseId();
            result = answer.getResult();
        }
        synchronized (active) {
            active.put(
                    String.valueOf(op.key()),
                    new Granted(id, ttlMs, op.details().get("neglected").getAsBoolean()));
        }
        return new Completion(EventType.OK, op.value()).with("lease", id).with("rev", result.getRevision());
    }

    private Completion keepAlive(Op op, NodeClient client) {
        LeaseState state = client.call(
                        LeaseServiceGrpc.getKeepAliveMethod(),
                        KeepAliveRequest.newBuilder().addIds(id(op)).build())
                .getLeases(0)
                .getState();
        if (state != LeaseState.LEASE_STATE_ENDED) {
            return new Completion(EventType.OK, op.value());
        }
        gone(op);
        JsonObject why = new JsonObject();
        why.addProperty("error", ErrorCode.LEASE_EXPIRED.name());
        return new Completion(EventType.FAIL, op.value(), why);
    }

    private Completion look(Op op, NodeClient client) {
        LeaseState state = client.call(
                        LeaseServiceGrpc.getListLeasesMethod(),
                        ListLeasesRequest.newBuilder().addIds(id(op)).build())
                .getLeases(0)
                .getState();
        if (state == LeaseState.LEASE_STATE_ENDED) {
            gone(op);
        }
        JsonElement lives = new JsonPrimitive(state == LeaseState.LEASE_STATE_ALIVE);
        Completion completion = new Completion(EventType.OK, lives);
        completion.details().addProperty("state", state.name());
        return completion;
    }

    private void gone(Op op) {
        synchronized (active) {
            Granted lease = active.get(String.valueOf(op.key()));
            if (lease != null && ++lease.seenGone >= LOOKS_WHEN_GONE) {
                active.remove(String.valueOf(op.key()));
            }
        }
    }

    private static Completion revoke(Op op, NodeClient client) {
        MutationResult result = isOfPeer(op)
                ? client.call(
                                PeerServiceGrpc.getLeavePeerMethod(),
                                LeavePeerRequest.newBuilder()
                                        .setOptions(options(op))
                                        .setId(name(op))
                                        .setLeaseId(id(op))
                                        .build())
                        .getResult()
                : client.call(
                                LeadershipServiceGrpc.getResignMethod(),
                                ResignRequest.newBuilder()
                                        .setOptions(options(op))
                                        .setScope(name(op))
                                        .setCandidateId("holder")
                                        .setLeaseId(id(op))
                                        .build())
                        .getResult();
        return Completion.of(op.value(), result);
    }

    private static long id(Op op) {
        return op.details().get("lease").getAsLong();
    }

    private static MutationOptions options(Op op) {
        return MutationOptions.newBuilder()
                .setRequestId(op.details().get("idem").getAsString())
                .build();
    }

    @Override
    public List<Op> finalReads() {
        synchronized (active) {
            List<Op> reads = new ArrayList<>();
            active.forEach((key, lease) -> {
                Op op = new Op("lease-read", key, JsonNull.INSTANCE);
                op.details().addProperty("lease", lease.id);
                reads.add(op);
            });
            return reads;
        }
    }
}
