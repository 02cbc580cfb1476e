package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.bench.systems.Stamps;
import org.junit.jupiter.api.Test;

class WatchLoopTest {
    private static final long DRAIN_MS = 60_000;

    private final MapDriver driver = new MapDriver();

    @Test
    void endWindow_countsEveryDeliveryOfEveryWatch() throws InterruptedException {
        try (WatchLoop loop = new WatchLoop(driver, new Stamps())) {
            loop.start(3, 1);
            loop.beginWindow();
            awaitPuts();
            Tally tally = loop.endWindow(DRAIN_MS);
            assertThat(tally.operations()).isPositive();
            assertThat(tally.errors()).isEmpty();
        }
        assertThat(driver.watches).isEmpty();
    }

    @Test
    void endWindow_deliveryMissing_isLost() throws InterruptedException {
        driver.silentKey = 0;
        try (WatchLoop loop = new WatchLoop(driver, new Stamps())) {
            loop.start(2, 1);
            loop.beginWindow();
            awaitPuts();
            assertThat(loop.endWindow(DRAIN_MS).errors()).containsKey(WatchLoop.LOST);
        }
    }

    /** Until both keys were written within the window: with one of them silent some deliveries are missing then. */
    private void awaitPuts() {
        driver.records.clear();
        while (driver.records.size() < driver.keys()) {
            Thread.onSpinWait();
        }
    }
}
