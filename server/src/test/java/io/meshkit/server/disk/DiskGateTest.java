package io.meshkit.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.codahale.metrics.Counter;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.Command;
import io.meshkit.v1.DeleteConfigRequest;
import io.meshkit.v1.DeregisterPeerRequest;
import io.meshkit.v1.ErrorDetail.Applied;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.RecordDenialsRequest;
import io.meshkit.v1.RevokeAccessRequest;
import io.meshkit.v1.TransactRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiskGateTest {
    private static final Command WRITE = Command.newBuilder()
            .setPatchConfig(PatchConfigRequest.getDefaultInstance())
            .build();

    private final Counter refused = new Counter();
    private final DiskGate gate = new DiskGate("node-1", 1_000, refused);

    private RegistryException refusal(Command command) {
        return catchThrowableOfType(RegistryException.class, () -> gate.check(command));
    }

    @Test
    void check_withRoom_takesEverything() {
        assertThatCode(() -> gate.check(WRITE)).doesNotThrowAnyException(); // not looked at yet
        gate.own(1_000);

        assertThatCode(() -> gate.check(WRITE)).doesNotThrowAnyException();
        assertThat(gate.isLow()).isFalse();
    }

    @Test
    void check_low_refusesWhatAdds_retryablyAndNamingTheLimit() {
        gate.own(999);

        RegistryException failure = refusal(WRITE);
        assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(failure.code().retryable()).isTrue();
        assertThat(failure.detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
        assertThat(failure.detail().hasRetryDelay()).isTrue();
        assertThat(failure.getMessage()).contains("node-1", "999", "storage.free-bytes-min 1000");
        assertThat(refusal(Command.newBuilder()
                        .setTransact(TransactRequest.getDefaultInstance())
                        .build()))
                .isNotNull();
        assertThat(refusal(Command.newBuilder()
                        .setRecordDenials(RecordDenialsRequest.getDefaultInstance())
                        .build()))
                .isNotNull();
        assertThat(refused.getCount()).isEqualTo(3);
    }

    @Test
    void check_low_takesWhatRemoves() {
        gate.own(0);

        for (Command removal : List.of(
                Command.newBuilder()
                        .setDeleteConfig(DeleteConfigRequest.getDefaultInstance())
                        .build(),
                Command.newBuilder()
                        .setDeregisterPeer(DeregisterPeerRequest.getDefaultInstance())
                        .build(),
                Command.newBuilder()
                        .setRevokeAccess(RevokeAccessRequest.getDefaultInstance())
                        .build())) {
            assertThatCode(() -> gate.check(removal)).doesNotThrowAnyException();
        }
        assertThat(refused.getCount()).isZero();
    }

    @Test
    void own_aQuarterMoreThanTheLimit_clears_andNotBefore() {
        gate.own(999);
        gate.own(1_249);
        assertThat(gate.isLow()).isTrue();
        gate.own(1_250);
        assertThat(gate.isLow()).isFalse();
        assertThatCode(() -> gate.check(WRITE)).doesNotThrowAnyException();
        gate.own(1_000);
        assertThat(gate.isLow()).isFalse();
    }

    @Test
    void own_withoutALimit_isNeverLow() {
        DiskGate open = new DiskGate("node-1", 0, refused);
        open.own(0);

        assertThat(open.isLow()).isFalse();
        assertThatCode(() -> open.check(WRITE)).doesNotThrowAnyException();
    }

    @Test
    void others_aMinorityIsLow_goesOn() {
        gate.own(5_000);
        gate.others(2, 1, 2);

        assertThatCode(() -> gate.check(WRITE)).doesNotThrowAnyException();
        assertThat(gate.membersLow()).isEqualTo(1);
    }

    @Test
    void others_noMajorityHasRoom_refuses_untilOneHas() {
        gate.own(5_000);
        gate.others(1, 2, 2);
        assertThat(refusal(WRITE).getMessage()).contains("2 other members");

        gate.others(1, 1, 2); // one is down: the low one is needed for a majority
        assertThat(refusal(WRITE)).isNotNull();

        gate.others(1, 0, 2); // those who do not answer are none of this gate's business
        assertThatCode(() -> gate.check(WRITE)).doesNotThrowAnyException();
    }
}
