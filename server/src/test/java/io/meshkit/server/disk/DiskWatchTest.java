package io.meshkit.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.codahale.metrics.Counter;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.raft.NodeId;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.v1.Command;
import io.meshkit.v1.PatchConfigRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiskWatchTest {
    private static final NodeId THIRD = new NodeId("node-3");
    private static final Command WRITE = Command.newBuilder()
            .setPatchConfig(PatchConfigRequest.getDefaultInstance())
            .build();

    private final FakeReplica replica = new FakeReplica();
    private final DiskGate gate = new DiskGate("node-1", 1_000, new Counter());
    private final Map<NodeId, CompletableFuture<Boolean>> answers = new HashMap<>();
    private final List<NodeId> asked = new ArrayList<>();
    private long free = 5_000;
    /** Not started: the test looks. */
    private final DiskWatch watch = new DiskWatch(gate, () -> free, replica, this::answer, 1_000);

    private CompletableFuture<Boolean> answer(NodeId member, long timeoutMs) {
        asked.add(member);
        return answers.get(member);
    }

    private void says(NodeId member, boolean low) {
        answers.put(member, CompletableFuture.completedFuture(low));
    }

    private void isSilent(NodeId member) {
        answers.put(
                member,
                CompletableFuture.failedFuture(RegistryException.of(ErrorCode.DEADLINE_EXCEEDED, "no answer", "")));
    }

    private void lookOfThree() {
        replica.members(FakeReplica.SELF, FakeReplica.OTHER, THIRD);
        watch.look();
    }

    private RegistryException refusal() {
        return catchThrowableOfType(RegistryException.class, () -> gate.check(WRITE));
    }

    @AfterEach
    void close() {
        replica.close();
    }

    @Test
    void look_oneFollowerLow_keepsTheGateOpen() {
        says(FakeReplica.OTHER, true);
        says(THIRD, false);

        lookOfThree();

        assertThatCode(() -> gate.check(WRITE)).doesNotThrowAnyException();
        assertThat(gate.membersLow()).isEqualTo(1);
        assertThat(asked).containsExactlyInAnyOrder(FakeReplica.OTHER, THIRD);
    }

    @Test
    void look_noMajorityWithRoom_closesTheGate_untilThereIs() {
        says(FakeReplica.OTHER, true);
        says(THIRD, true);
        lookOfThree();
        assertThat(refusal().code()).isEqualTo(ErrorCode.OVERLOADED);

        says(THIRD, false);
        watch.look();
        assertThatCode(() -> gate.check(WRITE)).doesNotThrowAnyException();
    }

    @Test
    void look_silentMember_isNotKnownToHaveRoom() {
        says(FakeReplica.OTHER, true);
        isSilent(THIRD);
        lookOfThree();
        assertThat(refusal().code()).isEqualTo(ErrorCode.OVERLOADED);

        // Silence alone closes nothing: a quorum that has lost a member goes on.
        says(FakeReplica.OTHER, false);
        watch.look();
        assertThatCode(() -> gate.check(WRITE)).doesNotThrowAnyException();
    }

    @Test
    void look_ownDiskLow_closesTheGate_whateverTheOthersSay() {
        says(FakeReplica.OTHER, false);
        says(THIRD, false);
        free = 999;

        lookOfThree();

        assertThat(refusal().getMessage()).contains("node-1", "999");
    }

    @Test
    void look_noLongerLeader_forgetsTheOthers_andAsksNobody() {
        says(FakeReplica.OTHER, true);
        says(THIRD, true);
        lookOfThree();
        asked.clear();

        replica.elect(Optional.of(THIRD));
        watch.look();

        assertThat(gate.membersLow()).isZero();
        assertThat(asked).isEmpty();
    }
}
