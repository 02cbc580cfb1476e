package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.Failures.Failure;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RedialTest {
    private static final long MS = 1_000_000;
    private static final Failure REFUSED = new Failure(
            RegistryException.detail(ErrorCode.NO_QUORUM, "refused", "").build(), false, false);

    private final FakeTime time = new FakeTime();
    private final AtomicInteger opened = new AtomicInteger();
    private final Redial redial =
            new Redial(time::nanoTime, failures -> Math.min(100, 10L << failures) * MS, time, opened::incrementAndGet);

    @Test
    void enter_nodeIsThere_everybodyAtOnce() {
        assertThat(redial.enter()).isEqualTo(redial.enter()).isNotNegative();
        assertThat(redial.isOpen()).isTrue();
    }

    @Test
    void missed_byManyWhoBeganTogether_isOneFailure() {
        long[] together = {redial.enter(), redial.enter(), redial.enter()};
        for (long attempt : together) {
            redial.missed(attempt, REFUSED);
        }
        assertThat(redial.heldNanos()).isEqualTo(10 * MS);
        assertThat(redial.why()).isEqualTo(REFUSED);
        assertThat(redial.enter()).isNegative();
    }

    @Test
    void enter_afterThePause_isForOne() {
        redial.missed(redial.enter(), REFUSED);
        time.pass(Duration.ofMillis(9));
        assertThat(redial.isOpen()).isFalse();
        assertThat(opened).hasValue(0);
        time.pass(Duration.ofMillis(1));
        assertThat(opened).hasValue(1);
        assertThat(redial.enter()).isNotNegative();
        assertThat(redial.enter()).isNegative();
        assertThat(redial.heldNanos()).as("it depends on the one under way").isZero();
    }

    @Test
    void missed_againAndAgain_pausesGrowToTheCapAndBeginAnew() {
        for (long expectedMs : new long[] {10, 20, 40, 80, 100, 100}) {
            redial.missed(redial.enter(), REFUSED);
            assertThat(redial.heldNanos()).isEqualTo(expectedMs * MS);
            time.pass(Duration.ofMillis(expectedMs));
        }
        redial.reached();
        redial.missed(redial.enter(), REFUSED);
        assertThat(redial.heldNanos()).isEqualTo(10 * MS);
    }

    @Test
    void connected_scout_opensForAll() {
        redial.missed(redial.enter(), REFUSED);
        time.pass(Duration.ofMillis(10));
        long scout = redial.enter();
        opened.set(0);
        redial.connected(scout);
        assertThat(opened).hasValue(1);
        assertThat(redial.why()).isNull();
        assertThat(redial.enter()).isEqualTo(redial.enter()).isNotNegative();
    }

    @Test
    void connected_olderAttempt_saysNothing() {
        long before = redial.enter();
        redial.missed(redial.enter(), REFUSED);
        redial.connected(before);
        assertThat(redial.isOpen()).isFalse();
    }

    @Test
    void left_withoutNews_letsAnotherFindOut() {
        redial.missed(redial.enter(), REFUSED);
        time.pass(Duration.ofMillis(10));
        long scout = redial.enter();
        opened.set(0);
        redial.left(scout);
        redial.left(scout);
        assertThat(opened).hasValue(1);
        assertThat(redial.enter()).isGreaterThan(scout);
    }

    @Test
    void left_afterNews_changesNothing() {
        redial.missed(redial.enter(), REFUSED);
        time.pass(Duration.ofMillis(10));
        long scout = redial.enter();
        redial.missed(scout, REFUSED);
        redial.left(scout);
        assertThat(redial.heldNanos()).isEqualTo(20 * MS);
    }
}
