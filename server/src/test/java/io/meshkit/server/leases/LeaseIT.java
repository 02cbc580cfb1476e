package io.meshkit.server.leases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.meshkit.api.ErrorCode;
import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.process.TestQuorum;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.CampaignRequest;
import io.meshkit.v1.CampaignResponse;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.GetLeadershipRequest;
import io.meshkit.v1.GetLeaseSummaryRequest;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeadershipServiceGrpc;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListAuditResponse;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.RegisterPeerRequest;
import io.omnirelay.transport.Errors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Leases on real processes: leaders are killed and stopped while some are kept alive and some are not. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeaseIT {
    private static final long TTL_MS = 3_000;
    /** Long enough for a machine that is busy with other things. */
    private static final long SCOPE_TTL_MS = 12_000;

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(180);
    private static final Map<String, String> SETTINGS =
            Map.of("leases", "{suspect-grace-ms: 10000, checkpoint-interval-ms: 1000}");

    @TempDir
    static Path directory;

    private static TestQuorum quorum;
    private static Keeper keeper;
    private static final Map<String, Long> kept = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        quorum = TestQuorum.start(directory, 3, SETTINGS);
        keeper = new Keeper(quorum);
        for (int i = 0; i < 8; i++) {
            long lease = register("kept-" + i);
            kept.put("kept-" + i, lease);
            keeper.keep(lease);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (keeper != null) {
            keeper.close();
        }
        if (quorum != null) {
            quorum.close();
        }
    }

    private static <S extends AbstractStub<S>> S as(S stub) {
        return TestQuorum.as(QuorumFiles.ADMIN_TOKEN, stub);
    }

    /** Tries every node until one answers. */
    private static <T> T eventually(CallAt<T> call) throws InterruptedException {
        long start = System.nanoTime();
        for (int turn = 0; ; turn++) {
            String node = quorum.nodes().get(turn % quorum.nodes().size());
            try {
                return call.at(node);
            } catch (StatusRuntimeException e) {
                if (!Errors.of(e).code().retryable() || System.nanoTime() - start > LIMIT_NANOS) {
                    throw e;
                }
                quorum.channel(node).resetConnectBackoff();
                Thread.sleep(50);
            }
        }
    }

    private interface CallAt<T> {
        T at(String node);
    }

    private static void await(String what, Callable<Boolean> holds) throws Exception {
        long start = System.nanoTime();
        while (!holds.call()) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                throw new AssertionError("not within 180 s: " + what);
            }
            Thread.sleep(50);
        }
    }

    private static long register(String id) throws InterruptedException {
        RegisterPeerRequest request = RegisterPeerRequest.newBuilder()
                .setOptions(MutationOptions.newBuilder().setRequestId("register-" + id))
                .setPeer(Peer.newBuilder().setId(id))
                .setLeaseTtl(Durations.fromMillis(TTL_MS))
                .build();
        return eventually(node -> as(PeerServiceGrpc.newBlockingStub(quorum.channel(node)))
                        .registerPeer(request))
                .getPeer()
                .getLease()
                .getId();
    }

    private static PeerStatus status(String id) throws InterruptedException {
        return eventually(node -> as(PeerServiceGrpc.newBlockingStub(quorum.channel(node)))
                        .getPeer(GetPeerRequest.newBuilder().setId(id).build()))
                .getPeer()
                .getStatus();
    }

    private static Leadership scope() throws InterruptedException {
        return eventually(node -> as(LeadershipServiceGrpc.newBlockingStub(quorum.channel(node)))
                        .getLeadership(
                                GetLeadershipRequest.newBuilder().setScope("x").build()))
                .getLeadership();
    }

    private static CampaignResponse campaign(String candidate) throws InterruptedException {
        CampaignRequest request = CampaignRequest.newBuilder()
                .setOptions(MutationOptions.newBuilder().setRequestId("campaign-" + candidate))
                .setScope("x")
                .setCandidateId(candidate)
                .setTtl(Durations.fromMillis(SCOPE_TTL_MS))
                .setQueue(true)
                .build();
        return eventually(node ->
                as(LeadershipServiceGrpc.newBlockingStub(quorum.channel(node))).campaign(request));
    }

    private static void write(long token) throws Exception {
        PatchConfigRequest.Builder request = PatchConfigRequest.newBuilder()
                .setName("guarded")
                .setOptions(MutationOptions.newBuilder().setFencingScope("x").setFencingToken(token));
        JsonFormat.parser().merge("{\"by\": " + token + "}", request.getPatchBuilder());
        eventually(node ->
                as(ConfigServiceGrpc.newBlockingStub(quorum.channel(node))).patchConfig(request.build()));
    }

    private static void leavesByItself(String id) throws Exception {
        register(id);
        await(id + " is suspect", () -> status(id) != PeerStatus.PEER_STATUS_ALIVE);
        await(id + " has left", () -> status(id) == PeerStatus.PEER_STATUS_LEFT);
        List<PeerStatus> seen = new ArrayList<>();
        for (AuditEntry entry : journal()) {
            entry.getChangesList().stream()
                    .filter(change -> change.getName().equals(id))
                    .forEach(change -> seen.add(change.getAfter().getPeer().getStatus()));
        }
        assertThat(seen)
                .containsExactly(
                        PeerStatus.PEER_STATUS_ALIVE, PeerStatus.PEER_STATUS_SUSPECT, PeerStatus.PEER_STATUS_LEFT);
    }

    private static List<AuditEntry> journal() throws InterruptedException {
        List<AuditEntry> entries = new ArrayList<>();
        String cursor = "";
        do {
            ListAuditRequest request = ListAuditRequest.newBuilder()
                    .setPage(PageRequest.newBuilder().setSize(500).setCursor(cursor))
                    .build();
            ListAuditResponse page = eventually(node ->
                    as(AuditServiceGrpc.newBlockingStub(quorum.channel(node))).listAudit(request));
            entries.addAll(page.getEntriesList());
            cursor = page.getNextCursor();
        } while (!cursor.isEmpty());
        return entries;
    }

    /**
     * No lease ended while it was kept alive, and once a keep-alive was acknowledged, none was even suspected within its
     * TTL after that was sent. (This machine may starve the keeper, or a keep-alive on its way: then a suspicion
     * is right.)
     */
    private static void assertNothingKeptWasLost() throws InterruptedException {
        assertThat(keeper.ended()).isEmpty();
        for (AuditEntry entry : journal()) {
            entry.getChangesList().forEach(change -> {
                Long lease = kept.get(change.getName());
                if (lease != null && change.getAfter().getPeer().getStatus() != PeerStatus.PEER_STATUS_ALIVE) {
                    long at = Timestamps.toMillis(entry.getTime());
                    assertThat(keeper.kept(lease))
                            .as("%s at %s", change.getName(), at)
                            .noneMatch(each -> each.answeredMs() <= at && at < each.sentMs() + TTL_MS);
                }
            });
        }
    }

    /** Every kept lease has been acknowledged since. */
    private static void awaitKeptAliveAgain() throws Exception {
        long now = System.currentTimeMillis();
        for (long lease : kept.values()) {
            await(
                    "lease " + lease + " is kept alive",
                    () -> keeper.kept(lease).stream().anyMatch(each -> each.sentMs() >= now));
        }
    }

    @Test
    @Order(1)
    void silentPeer_isSuspect_thenHasLeft_whileTheOthersLive() throws Exception {
        leavesByItself("silent-1");
        assertNothingKeptWasLost();
    }

    @Test
    @Order(2)
    void leaderKilled_keptLeasesLive_silentOnesStillEnd() throws Exception {
        String leader = quorum.leader();
        quorum.kill(leader);
        awaitKeptAliveAgain();
        leavesByItself("silent-2");
        quorum.start(leader);
        quorum.awaitReady(leader);
        awaitKeptAliveAgain();
        assertNothingKeptWasLost();
    }

    @Test
    @Order(3)
    void leaderStopped_andWokenUpDeposed_expiresNothing() throws Exception {
        String old = quorum.leader();
        long term = quorum.status(old).map(GetQuorumStatusResponse::getTerm).orElseThrow();
        quorum.process(old).pause();
        try {
            awaitKeptAliveAgain();
            long start = System.currentTimeMillis();
            // Longer than the TTL: by its own old clock, every lease is over when it wakes up.
            await("the old leader's leases are over", () -> System.currentTimeMillis() - start > TTL_MS + 500);
        } finally {
            quorum.process(old).resume();
        }
        await("the old leader knows the new term", () -> {
            Optional<GetQuorumStatusResponse> status = quorum.status(old);
            return status.isPresent()
                    && status.get().getTerm() > term
                    && status.get().getReady();
        });
        awaitKeptAliveAgain();
        assertNothingKeptWasLost();
        assertThat(as(LeaseServiceGrpc.newBlockingStub(quorum.channel(old)))
                        .getLeaseSummary(GetLeaseSummaryRequest.getDefaultInstance())
                        .getTerm())
                .isGreaterThan(term);
    }

    @Test
    @Order(4)
    void leadership_survivesTheLeadersDeath_andIsHandedOverUnderAHigherToken() throws Exception {
        CampaignResponse a = campaign("a");
        keeper.keep(a.getLeaseId());
        CampaignResponse b = campaign("b");
        keeper.keep(b.getLeaseId());
        assertThat(a.getElected()).isTrue();
        assertThat(b.getElected()).isFalse();
        write(a.getFencingToken());

        String leader = quorum.leader();
        quorum.kill(leader);
        awaitKeptAliveAgain();
        quorum.start(leader);
        quorum.awaitReady(leader);
        assertThat(scope().getLeaderId()).isEqualTo("a");
        write(a.getFencingToken());

        keeper.drop(a.getLeaseId());
        await("b leads", () -> scope().getLeaderId().equals("b"));
        await("b is told so", () -> keeper.newest(b.getLeaseId()).getFencingToken() > a.getFencingToken());
        write(keeper.newest(b.getLeaseId()).getFencingToken());
        StatusRuntimeException refused =
                catchThrowableOfType(StatusRuntimeException.class, () -> write(a.getFencingToken()));
        assertThat(Errors.of(refused).code()).isEqualTo(ErrorCode.STALE_FENCING_TOKEN);
        assertNothingKeptWasLost();
    }
}
