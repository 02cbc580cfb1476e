package io.meshkit.raft;

import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for passed deadlines at short intervals. Timers per call would cost every call more than this costs all.
 *
 * <p>A deadline is therefore met up to {@link #INTERVAL_MS} late.
 */
final class Sweeper implements AutoCloseable {
    static final long INTERVAL_MS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param sweeps called with the clock's value; quick
     */
    Sweeper(String name, LongSupplier nanoTime, List<LongConsumer> sweeps) {
        this.thread = Thread.ofPlatform().name(name).daemon().start(() -> run(nanoTime, List.copyOf(sweeps)));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run(LongSupplier nanoTime, List<LongConsumer> sweeps) {
        while (!closed) {
            try {
                Thread.sleep(INTERVAL_MS);
            } catch (InterruptedException e) {
                return;
            }
            for (LongConsumer sweep : sweeps) {
                try {
                    sweep.accept(nanoTime.getAsLong());
                } catch (RuntimeException e) {
                    LOG.error("a sweep failed", e);
                }
            }
        }
    }
}
