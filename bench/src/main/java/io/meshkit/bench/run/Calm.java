package io.meshkit.bench.run;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Waits until the nodes have little to do: flushes, compactions and compilers work on after the last call. */
final class Calm {
    /** Of all nodes together, over a second: heartbeats of an idle quorum take less. */
    static final double CORES = 0.2;

    private static final long WINDOW_MS = 1_000;

    /**
     * @param seconds waited
     * @param cores   that the nodes kept busy in the last window; NaN: unknown, nothing was waited for
     * @param reached whether that is below {@link #CORES}
     */
    record Outcome(double seconds, double cores, boolean reached) {
        String describe() {
            if (Double.isNaN(cores)) {
                return "whether they are calm is unknown";
            }
            return String.format(
                    Locale.ROOT,
                    reached ? "calm after %.0f s (%.2f cores)" : "NOT calm within %.0f s (%.2f cores): measured anyway",
                    seconds,
                    cores);
        }
    }

    /** One look at the nodes, which takes as long as its window. */
    interface Window {
        /** @return cores that all nodes kept busy in it */
        double cores() throws InterruptedException;
    }

    private Calm() {}

    /** @param within after which it is given up */
    static Outcome await(LocalNodes nodes, ProcFiles proc, Duration within) throws InterruptedException {
        if (nodes.nodes().isEmpty()) {
            return new Outcome(0, Double.NaN, false);
        }
        return await(() -> cores(nodes, proc), System::nanoTime, within);
    }

    static Outcome await(Window window, LongSupplier nanoTime, Duration within) throws InterruptedException {
        long began = nanoTime.getAsLong();
        while (true) {
            double cores = window.cores();
            long waited = nanoTime.getAsLong() - began;
            boolean calm = cores < CORES;
            if (calm || waited >= within.toNanos()) {
                return new Outcome(waited / 1e9, cores, calm);
            }
        }
    }

    private static double cores(LocalNodes nodes, ProcFiles proc) throws InterruptedException {
        long began = System.nanoTime();
        long before = sum(nodes.cpuNanos(proc));
        TimeUnit.MILLISECONDS.sleep(WINDOW_MS);
        return (double) (sum(nodes.cpuNanos(proc)) - before) / (System.nanoTime() - began);
    }

    private static long sum(List<Long> nanos) {
        return nanos.stream().mapToLong(Long::longValue).sum();
    }
}
