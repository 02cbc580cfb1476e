package io.meshkit.jepsen.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PacerTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A clock on which each look takes a millisecond. */
    private static final class Clock {
        private final AtomicLong now = new AtomicLong(5);

        long look() {
            return now.addAndGet(1_000_000);
        }
    }

    @Test
    void await_offersTheRateAndEnds() {
        Pacer pacer = new Pacer(50, 2 * SECOND, new Clock()::look);
        int offered = 0;
        while (pacer.await()) {
            offered++;
        }

        assertThat(offered).isBetween(95, 100);
    }

    @Test
    void await_late_catchesUp() {
        Clock clock = new Clock();
        Pacer pacer = new Pacer(50, 2 * SECOND, clock::look);
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
        Pacer pacer = new Pacer(50, 2 * SECOND, SECOND, clock::look);
        pacer.await();
        clock.now.addAndGet(2 * SECOND); // Nobody was free until time was up.
        int offered = 1;
        while (pacer.await()) {
            offered++;
        }

        assertThat(offered).isBetween(95, 100);
        Pacer later = new Pacer(50, 2 * SECOND, SECOND, clock::look);
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
