package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.FakeCalls.Dialer;
import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.ErrorDetail.Applied;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.PeerServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** How calls wait for nodes that are away, by a clock that the tests move. */
class CallTaskTest {
    private static final MethodDescriptor<CordonPeerRequest, PeerMutationResponse> CORDON =
            PeerServiceGrpc.getCordonPeerMethod();
    private static final MethodTraits TRAITS = MethodTraits.of(CORDON);
    private static final CallSettings SETTINGS = CallSettings.DEFAULT.withDeadline(Duration.ofSeconds(30));

    private static CompletableFuture<Reply<PeerMutationResponse>> call(FakeCalls calls, CallSettings settings) {
        return new CallTask<>(calls, CORDON, TRAITS, CordonPeerRequest.getDefaultInstance(), settings).start();
    }

    private static List<CompletableFuture<Reply<PeerMutationResponse>>> many(FakeCalls calls, int count) {
        List<CompletableFuture<Reply<PeerMutationResponse>>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(call(calls, SETTINGS));
        }
        return futures;
    }

    private static RegistryException failure(CompletableFuture<?> future) {
        try {
            return future.handle((done, thrown) -> (RegistryException) thrown).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void away(FakeCalls calls, boolean away, String... nodes) {
        for (String node : nodes) {
            calls.dialer(node).away = away;
        }
    }

    @Test
    void nobodyAnswers_aThousandCallsKnockAsOftenAsOneDoes() {
        FakeCalls calls = new FakeCalls("a", "b", "c");
        away(calls, true, "a", "b", "c");
        many(calls, 1_000);
        calls.time.pass(Duration.ofSeconds(10));
        int before = calls.attempts();
        calls.time.pass(Duration.ofSeconds(10));
        // At most one per node and half of the longest pause.
        assertThat(calls.attempts() - before).isBetween(3 * 10, 3 * 21);
    }

    @Test
    void nodeComesBack_allCallsAreAnsweredWithinTheLongestPause() {
        FakeCalls calls = new FakeCalls("a", "b", "c");
        away(calls, true, "a", "b", "c");
        List<CompletableFuture<Reply<PeerMutationResponse>>> futures = many(calls, 200);
        calls.time.pass(Duration.ofSeconds(10));
        assertThat(futures).noneMatch(CompletableFuture::isDone);
        away(calls, false, "b");
        calls.time.pass(Duration.ofMillis(1_001));
        assertThat(futures)
                .allSatisfy(future -> assertThat(future)
                        .isCompletedWithValueMatching(
                                reply -> reply.info().node().equals("b")));
    }

    @Test
    void oneNodeIsAway_othersAnswerAtOnceAndItIsTriedNowAndThen() {
        FakeCalls calls = new FakeCalls("a", "b");
        away(calls, true, "a");
        for (int i = 0; i < 1_000; i++) {
            CompletableFuture<Reply<PeerMutationResponse>> future = call(calls, SETTINGS);
            calls.time.pass(Duration.ofMillis(10));
            assertThat(future).isCompleted();
        }
        assertThat(calls.dialer("a").attempts).isBetween(3, 25);
    }

    @Test
    void deadlineBeforeThePause_failsAtOnceAndSaysWhy() {
        FakeCalls calls = new FakeCalls("a");
        away(calls, true, "a");
        call(calls, SETTINGS);
        calls.time.pass(Duration.ofSeconds(10));
        int before = calls.attempts();
        CompletableFuture<?> hurried = call(calls, SETTINGS.withDeadline(Duration.ofNanos(1)));
        assertThat(failure(hurried).code()).isEqualTo(ErrorCode.NO_QUORUM);
        assertThat(failure(hurried).detail().getApplied()).isEqualTo(Applied.APPLIED_NO);
        assertThat(failure(hurried)).hasMessageContaining("refused");
        assertThat(calls.attempts()).isEqualTo(before);
    }

    @Test
    void deadlineWhileAnotherFindsOut_isKept() {
        FakeCalls calls = new FakeCalls("a");
        Dialer dialer = calls.dialer("a");
        dialer.away = true;
        call(calls, SETTINGS);
        dialer.refusesAfter = Duration.ofSeconds(5);
        calls.time.pass(Duration.ofSeconds(1));
        assertThat(dialer.attempts).isEqualTo(2);
        CompletableFuture<?> waiting = call(calls, SETTINGS.withDeadline(Duration.ofSeconds(2)));
        calls.time.pass(Duration.ofMillis(1_999));
        assertThat(waiting).isNotDone();
        calls.time.pass(Duration.ofMillis(1));
        assertThat(failure(waiting).code()).isEqualTo(ErrorCode.NO_QUORUM);
        assertThat(dialer.attempts).isEqualTo(2);
    }

    @Test
    void scoutIsCancelled_anotherGoesInItsPlace() {
        FakeCalls calls = new FakeCalls("a");
        Dialer dialer = calls.dialer("a");
        dialer.away = true;
        CompletableFuture<?> first = call(calls, SETTINGS);
        CompletableFuture<?> second = call(calls, SETTINGS);
        calls.time.pass(Duration.ZERO);
        dialer.away = false;
        dialer.silent = true;
        calls.time.pass(Duration.ofSeconds(1));
        assertThat(dialer.attempts).as("two before the pause, one scout").isEqualTo(3);
        first.cancel(true);
        assertThat(dialer.attempts).isEqualTo(4);
        assertThat(second).isNotDone();
    }

    @Test
    void cancelledWhileWaiting_isNotSent() {
        FakeCalls calls = new FakeCalls("a");
        away(calls, true, "a");
        CompletableFuture<?> future = call(calls, SETTINGS);
        calls.time.pass(Duration.ZERO);
        future.cancel(true);
        calls.time.pass(Duration.ofSeconds(10));
        assertThat(calls.attempts()).isEqualTo(1);
        assertThat(calls.turns().size()).isZero();
    }

    @Test
    void withoutRetries_waitsForItsTurnAndMakesOneAttempt() {
        FakeCalls calls = new FakeCalls("a");
        away(calls, true, "a");
        CompletableFuture<?> first = call(calls, SETTINGS.withRetries(false));
        CompletableFuture<?> second = call(calls, SETTINGS.withRetries(false));
        calls.time.pass(Duration.ZERO);
        assertThat(failure(first).code()).isEqualTo(ErrorCode.NO_QUORUM);
        assertThat(failure(second).code()).isEqualTo(ErrorCode.NO_QUORUM);
        CompletableFuture<?> third = call(calls, SETTINGS.withRetries(false));
        assertThat(third).isNotDone();
        away(calls, false, "a");
        calls.time.pass(Duration.ofMillis(20));
        assertThat(third).isCompleted();
    }

    @Test
    void pinnedNodeIsAway_waitsForItAlthoughOthersAreThere() {
        FakeCalls calls = new FakeCalls("a", "b");
        away(calls, true, "a");
        CompletableFuture<Reply<PeerMutationResponse>> pinned = call(calls, SETTINGS.withNode("a"));
        calls.time.pass(Duration.ofSeconds(5));
        assertThat(pinned).isNotDone();
        assertThat(calls.dialer("b").attempts).isZero();
        away(calls, false, "a");
        calls.time.pass(Duration.ofMillis(1_001));
        assertThat(pinned)
                .isCompletedWithValueMatching(reply -> reply.info().node().equals("a"));
    }
}
