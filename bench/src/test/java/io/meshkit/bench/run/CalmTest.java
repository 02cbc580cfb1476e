package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CalmTest {
    private long nowNanos = 77;

    /** Each look takes a second. */
    private Calm.Outcome await(int withinS, Double... looks) throws InterruptedException {
        Deque<Double> left = new ArrayDeque<>(List.of(looks));
        Calm.Outcome outcome = Calm.await(
                () -> {
                    nowNanos += TimeUnit.SECONDS.toNanos(1);
                    return left.remove();
                },
                () -> nowNanos,
                Duration.ofSeconds(withinS));
        assertThat(left).isEmpty();
        return outcome;
    }

    @Test
    void await_firstWindowBelowTheThreshold_isTheEnd() throws InterruptedException {
        assertThat(await(60, 1.9, 0.7, Calm.CORES, 0.19)).isEqualTo(new Calm.Outcome(4, 0.19, true));
    }

    @Test
    void await_neverCalm_endsAtTheBound_andSaysSo() throws InterruptedException {
        Calm.Outcome outcome = await(3, 1.9, 1.8, 1.7);
        assertThat(outcome).isEqualTo(new Calm.Outcome(3, 1.7, false));
        assertThat(outcome.describe()).isEqualTo("NOT calm within 3 s (1.70 cores): measured anyway");
    }

    @Test
    void await_boundOfNothing_looksOnce() throws InterruptedException {
        assertThat(await(0, 1.5).reached()).isFalse();
        assertThat(await(0, 0.1).describe()).isEqualTo("calm after 1 s (0.10 cores)");
    }

    @Test
    void await_nodesElsewhere_isUnknown() throws InterruptedException {
        Calm.Outcome outcome = Calm.await(
                new LocalNodes(Path.of("."), List.of()), new ProcFiles(Path.of("/proc")), Duration.ofMinutes(1));
        assertThat(outcome.cores()).isNaN();
        assertThat(outcome.describe()).contains("unknown");
    }
}
