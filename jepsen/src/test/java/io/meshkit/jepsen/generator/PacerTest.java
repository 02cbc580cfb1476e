package io.meshkit.jepsen.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PacerTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A clock that goes on by a millisecond at each look, and by each pause. */
    private static final class Clock {
        private final AtomicLong now = new AtomicLong(5);

        long look() {
            return now.addAndGet(1_000_000);
        }

        Pacer pacer(long lateNanos) {
            return new Pacer(50, 2 * SECOND, lateNanos, this::look, now::addAndGet);
        }
    }

    @Test
    void await_offersTheRateAndEnds() {
        Pacer pacer = new Clock().pacer(0);
        int offered = 0;
        while (pacer.await()) {
            offered++;
        }

        assertThat(offered).isBetween(95, 100);
    }

    @Test
    void await_late_catchesUp() {
        Clock clock = new Clock();
        Pacer pacer = clock.pacer(0);
        pacer.await();
        clock.now.addAndGet(SECOND); // Nobody was free for a second.
        int offered = 1;
        while (pacer.await()) {
            offered++;
        }

        assertThat(offered).isBetween(95, 100);
    }

    @Test
    void await_heldUpUntilTheEnd_mayBeDoneLate() {
        Clock clock = new Clock();
        Pacer pacer = clock.pacer(SECOND);
        pacer.await();
        clock.now.addAndGet(2 * SECOND); // Nobody was free until time was up.
        int offered = 1;
        while (pacer.await()) {
            offered++;
        }

        assertThat(offered).isBetween(95, 100);
        Pacer later = clock.pacer(SECOND);
        clock.now.addAndGet(3 * SECOND);
        assertThat(later.await()).isFalse();
    }

    @Test
    void stop_endsIt() {
        Pacer pacer = new Pacer(50, 1_000 * SECOND, System::nanoTime);
        pacer.stop();

        assertThat(pacer.await()).isFalse();
    }
}
