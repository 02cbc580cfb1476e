package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.bench.systems.Stamps;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FillTest {
    private final MapDriver driver = new MapDriver(1_000);

    private void fill(int from, int to) throws InterruptedException {
        Fill.keys(driver, from, to, new Stamps(), begun -> {});
    }

    @Test
    void keys_areWrittenInStepsOfAsManyAsTheDriverTakes() throws InterruptedException {
        driver.putAllMax = 100;
        fill(5, 250);
        assertThat(driver.steps).containsExactly("5-104", "105-204", "205-249");
        assertThat(driver.records.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(5, 250).boxed().toList());
    }

    @Test
    void keys_driverWithoutBatches_oneByOne() throws InterruptedException {
        fill(0, 3);
        assertThat(driver.steps).containsExactly("0-0", "1-1", "2-2");
    }

    @Test
    void keys_nothingMissing_nothingIsWritten() throws InterruptedException {
        fill(7, 7);
        assertThat(driver.steps).isEmpty();
    }

    @Test
    void keys_failure_isThrown() {
        driver.putAllMax = 10;
        driver.failures.add(new IllegalArgumentException("shards are full"));
        assertThatThrownBy(() -> fill(0, 500)).hasMessage("shards are full");
        assertThat(driver.records).isEmpty();
    }

    @Test
    void written_countsWhatIsThere() throws InterruptedException {
        assertThat(Fill.written(driver, 1_000)).isZero();
        for (int keys : new int[] {1, 2, 499, 500, 999, 1_000}) {
            fill(0, keys);
            assertThat(Fill.written(driver, 1_000)).isEqualTo(keys);
        }
    }

    /** Whatever was left out within the reach of a broken fill is written again by whoever goes on there. */
    @Test
    void written_afterABrokenFill_lessItsReach_isBelowEveryMissingKey() throws InterruptedException {
        driver.putAllMax = 5;
        fill(0, 600);
        int reach = Fill.unsureKeys(driver);
        assertThat(reach).isEqualTo(40);
        for (int missing = 600 - reach; missing < 600; missing++) {
            fill(0, 600);
            driver.records.remove(missing);
            assertThat(Fill.written(driver, 1_000) - reach).isLessThanOrEqualTo(missing);
        }
    }

    @Test
    void written_readThatFails_isThrown() {
        MapDriver broken = new MapDriver(10) {
            @Override
            public java.util.concurrent.CompletableFuture<Integer> readLocal(int key) {
                return java.util.concurrent.CompletableFuture.failedFuture(new IllegalArgumentException("no leader"));
            }
        };
        assertThatThrownBy(() -> Fill.written(broken, 10)).hasMessage("no leader");
    }
}
