package io.meshkit.server.upkeep;

import static io.meshkit.server.upkeep.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.meshkit.domain.Commands;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.records.ApprovalKind;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.server.verbs.Peers;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.DrainPeerRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PutActionPolicyRequest;
import io.meshkit.v1.SeedAccessRequest;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Approvals that have expired, in the care of a leader whose clock is the log's. */
class LeaderUpkeepTest {
    private static final long TTL_MS = 60_000;

    private final FakeReplica replica = new FakeReplica();
    private final AtomicLong clockMs = new AtomicLong(1_000);

    @BeforeEach
    void ask() {
        apply(
                "policy",
                PutActionPolicyRequest.newBuilder()
                        .setActionPolicy(ActionPolicy.newBuilder()
                                .setId("drain")
                                .addVerbs("DrainPeer")
                                .setRequiredApprovals(1)
                                .setApprovalTtl(Durations.fromMillis(TTL_MS)))
                        .build());
        replica.apply(Peers.register("p"));
        for (int i = 0; i < 6; i++) {
            apply(
                    "ask-" + i,
                    DrainPeerRequest.newBuilder()
                            .setId("p")
                            .setOptions(MutationOptions.newBuilder().setRequestApproval(true))
                            .build());
        }
        assertThat(approvals()).isEqualTo(6);
    }

    @AfterEach
    void close() {
        replica.close();
    }

    private void apply(String requestId, Message request) {
        CommandOutcome outcome = replica.apply(Commands.withRequestId(Commands.wrap(request, "ann"), requestId));
        assertThat(outcome.hasRejection()).as(outcome.toString()).isFalse();
    }

    private int approvals() {
        try (StoreSnapshot view = replica.snapshot()) {
            return Rows.count(view, ApprovalKind.byRequesterPrefix("ann"));
        }
    }

    private LeaderUpkeep upkeep() {
        return LeaderUpkeep.start(
                replica, "c", new Retention(0, 0, 0), SeedAccessRequest.getDefaultInstance(), 5, clockMs::get);
    }

    private void pass(long ms) {
        replica.pass(ms);
        clockMs.addAndGet(ms);
    }

    @Test
    void expiredApprovals_allGo_withoutThatAnybodyAsks() throws Exception {
        pass(TTL_MS + 2_000);

        try (LeaderUpkeep upkeep = upkeep()) {
            assertThat(upkeep).isNotNull();
            await(() -> approvals() == 0);
        }
    }

    @Test
    void openApprovals_stay_andNothingIsProposedForThem() throws Exception {
        pass(TTL_MS - 1_000);
        long before = replica.index();
        try (LeaderUpkeep upkeep = upkeep()) {
            assertThat(upkeep).isNotNull();
            // The quorum's key is the one thing that is missing.
            await(() -> replica.index() > before);
            assertThat(approvals()).isEqualTo(6);
            pass(3_500);
            await(() -> approvals() == 0);
            // One for the key, and two for six approvals that went four at a time.
            assertThat(replica.index() - before).isEqualTo(3);
        }
    }
}
