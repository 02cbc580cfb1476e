package io.meshkit.client;

import io.meshkit.api.RegistryException;
import io.meshkit.v1.WatchResponse;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A watch whose signals the caller fetches one by one, on its own thread. Nothing is queued: while the caller is busy
 * the stream waits. For one caller at a time; {@link #close} may come from any thread.
 */
public final class BlockingWatch implements AutoCloseable {
    private static final long END_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** @param failure null: closed, or complete */
    private record End(@Nullable RegistryException failure) {}

    private final BlockingQueue<WatchSignal> handOver = new SynchronousQueue<>();
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private final Watch watch;

    BlockingWatch(Function<WatchListener, Watch> start) {
        this.watch = start.apply(new WatchListener() {
            @Override
            public void onMessage(WatchResponse message) {
                put(new WatchSignal.Received(message));
            }

            @Override
            public void onResync(ResyncReason reason, String detail) {
                put(new WatchSignal.Resync(reason, detail));
            }

            @Override
            public void onConnected(String node) {
                put(new WatchSignal.Connected(node));
            }

            @Override
            public void onDisconnected(RegistryException cause) {
                put(new WatchSignal.Disconnected(cause));
            }

            @Override
            public void onClosed(@Nullable RegistryException failure) {
                end.set(new End(failure));
            }
        });
    }

    private void put(WatchSignal signal) {
        try {
            handOver.put(signal);
        } catch (InterruptedException e) {
            // Only close() interrupts the watch's thread. Nobody took the signal, so the watch must not count it.
            Thread.currentThread().interrupt();
            throw (CancellationException) new CancellationException("the watch is closed").initCause(e);
        }
    }

    /**
     * The next signal.
     *
     * @param timeout how long to wait for it
     * @return null if the time was over first, or if the watch has ended: see {@link #hasEnded}
     * @throws RegistryException why the watch has ended, again with every further call
     */
    public @Nullable WatchSignal next(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            long left = deadline - System.nanoTime();
            WatchSignal signal = handOver.poll(Math.max(0, Math.min(left, END_CHECK_NANOS)), TimeUnit.NANOSECONDS);
            End reached = end.get();
            if (signal != null) {
                return signal;
            }
            if (reached != null) {
                if (reached.failure() != null) {
                    throw reached.failure();
                }
                return null;
            }
            if (left <= 0) {
                return null;
            }
        }
    }

    /** True when nothing comes any more. */
    public boolean hasEnded() {
        return end.get() != null;
    }

    /** The watch beneath. */
    public Watch watch() {
        return watch;
    }

    @Override
    public void close() {
        watch.close();
    }
}
