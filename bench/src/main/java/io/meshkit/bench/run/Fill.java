package io.meshkit.bench.run;

import io.meshkit.bench.systems.Driver;
import io.meshkit.bench.systems.Stamps;
import java.util.concurrent.CompletionException;
import java.util.function.IntConsumer;

/** Writes many keys, in the largest steps that a system's driver takes. */
final class Fill {
    private static final int PUTS_UNDER_WAY = 64;
    /** A log entry takes some of them, and two entries are in flight. */
    private static final int STEPS_UNDER_WAY = 8;

    private Fill() {}

    /**
     * Writes the keys {@code [from, to)}, which may be there or not.
     *
     * @param progress told how many keys were begun
     * @throws RuntimeException the first failure; what was under way has ended by then
     */
    static void keys(Driver driver, int from, int to, Stamps stamps, IntConsumer progress) throws InterruptedException {
        int most = driver.putAllMax();
        Bulk.forEach(
                Math.ceilDiv(to - from, most),
                underWay(driver),
                step -> {
                    int first = from + step * most;
                    return driver.putAll(first, Math.min(to, first + most), stamps);
                },
                failure -> false,
                step -> progress.accept(step * most));
    }

    private static int underWay(Driver driver) {
        return driver.putAllMax() == 1 ? PUTS_UNDER_WAY : STEPS_UNDER_WAY;
    }

    /** How far below the highest written key a key may be missing after a fill that was broken off. */
    static int unsureKeys(Driver driver) {
        return driver.putAllMax() * underWay(driver);
    }

    /**
     * How many keys earlier fills have written, from 0 on; exact after fills that ended, else {@link #unsureKeys} too
     * high at most.
     *
     * @param most that are looked for
     */
    static int written(Driver driver, int most) {
        int there = 0;
        int missing = most;
        // All below `there` were written; `missing` is not there, or beyond what matters.
        while (there < missing) {
            int middle = (there + missing) >>> 1;
            if (isThere(driver, middle)) {
                there = middle + 1;
            } else {
                missing = middle;
            }
        }
        return there;
    }

    private static boolean isThere(Driver driver, int key) {
        try {
            driver.readLinearizable(key).join();
            return true;
        } catch (CompletionException e) {
            if (driver.isMissing(e)) {
                return false;
            }
            throw e.getCause() instanceof RuntimeException known ? known : e;
        }
    }
}
