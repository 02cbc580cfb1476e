package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.KeepAliveResponse;
import io.meshkit.v1.LeaseState;
import io.meshkit.v1.LeaseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseKeeperTest {
    private static final Duration TTL = Duration.ofSeconds(3);

    private final List<List<Long>> calls = new ArrayList<>();
    private final List<CompletableFuture<KeepAliveResponse>> answers = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private long nanos = 1_000_000;
    private final LeaseKeeper keeper = new LeaseKeeper(this::call, () -> nanos, () -> 1.0);

    private CompletableFuture<KeepAliveResponse> call(List<Long> ids, Duration deadline) {
        assertThat(deadline).isEqualTo(Duration.ofSeconds(1));
        calls.add(ids);
        answers.add(new CompletableFuture<>());
        return answers.get(answers.size() - 1);
    }

    private LeaseHandle keep(long id) {
        return keeper.keep(id, TTL, nanos, new LeaseListener() {
            @Override
            public void kept(LeaseStatus status) {
                heard.add("kept " + status.getId());
            }

            @Override
            public void lost(String reason) {
                heard.add("lost: " + reason);
            }
        });
    }

    private void pass(long ms) {
        for (long left = ms; left > 0; left -= 50) {
            nanos += TimeUnit.MILLISECONDS.toNanos(50);
            keeper.tick();
        }
    }

    private void answer(LeaseState state) {
        KeepAliveResponse.Builder response = KeepAliveResponse.newBuilder();
        calls.get(calls.size() - 1)
                .forEach(id ->
                        response.addLeases(LeaseStatus.newBuilder().setId(id).setState(state)));
        answers.get(answers.size() - 1).complete(response.build());
    }

    private void fail() {
        answers.get(answers.size() - 1)
                .completeExceptionally(RegistryException.of(ErrorCode.NO_LEADER, "none", "wait"));
    }

    @Test
    void lease_isKeptEveryThirdOfItsTtl_countedFromWhenItWasSent() {
        LeaseHandle lease = keep(7);
        pass(900);
        assertThat(calls).isEmpty();
        pass(150);
        assertThat(calls).hasSize(1);
        pass(500);
        answer(LeaseState.LEASE_STATE_ALIVE);
        assertThat(heard).containsExactly("kept 7");
        // Sent 550 ms ago.
        assertThat(lease.remaining()).isEqualTo(Duration.ofMillis(2_450));
        pass(550);
        assertThat(calls).hasSize(2);
    }

    @Test
    void leasesThatAreDueTogether_shareACall() {
        keep(7);
        pass(100);
        keep(8);
        pass(950);
        assertThat(calls).containsExactly(List.of(7L, 8L));
    }

    @Test
    void failedCall_isRepeatedSoon_andTheLeaseIsLostWhenItsTtlIsOver() {
        LeaseHandle lease = keep(7);
        pass(1_000);
        fail();
        pass(150);
        assertThat(calls).hasSize(2);
        fail();
        assertThat(lease.isGood()).isTrue();
        pass(150);
        pass(1_650);
        assertThat(heard).isEmpty();
        pass(100);
        assertThat(heard).containsExactly("lost: lease 7 was not extended within its TTL");
        assertThat(lease.isGood()).isFalse();
        int before = calls.size();
        pass(5_000);
        assertThat(calls).hasSize(before);
    }

    @Test
    void answerThatComesTooLate_savesNothing() {
        LeaseHandle lease = keep(7);
        pass(1_000);
        pass(2_050);
        answer(LeaseState.LEASE_STATE_ALIVE);
        assertThat(heard).hasSize(1);
        assertThat(lease.isGood()).isFalse();
    }

    @Test
    void endedLease_isLostOnce() {
        LeaseHandle lease = keep(7);
        pass(1_000);
        answer(LeaseState.LEASE_STATE_ENDED);
        pass(5_000);
        assertThat(heard).containsExactly("lost: lease 7 has ended");
        assertThat(lease.remaining()).isZero();
    }

    @Test
    void closedHandle_isKeptNoMore_andHearsNothing() {
        LeaseHandle lease = keep(7);
        pass(1_000);
        lease.close();
        answer(LeaseState.LEASE_STATE_ENDED);
        pass(5_000);
        assertThat(calls).hasSize(1);
        assertThat(heard).isEmpty();
    }
}
