package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.bench.systems.Stamps;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private final MapDriver driver = new MapDriver();

    @Test
    void putNanos_failuresFirst_isTheFirstSuccess() throws InterruptedException {
        driver.failures.addAll(List.of(new IllegalStateException("no leader"), new IllegalStateException("no leader")));
        long from = System.nanoTime();
        assertThat(Attempts.putNanos(driver, new Stamps(), from, 60)).isPositive();
        assertThat(driver.failures).isEmpty();
        assertThat(driver.records).containsKey(0);
    }

    @Test
    void readNanos_neverAnswered_isMinusOne() throws InterruptedException {
        assertThat(Attempts.readNanos(driver, System.nanoTime(), 0)).isEqualTo(-1);
        assertThat(Attempts.readNanos(driver, System.nanoTime(), 1)).isEqualTo(-1);
    }
}
