package io.meshkit.server.watch;

import io.meshkit.api.RegistryException;
import io.meshkit.server.verbs.Waits;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that brings the feed to its share of the watchers.
 *
 * <p>It goes over all of them whenever something happened: those whose receivers are not ready cost it a look, no
 * more. Signals that come while it is at work or rests from it are one signal.
 */
final class Pump {
    private static final Logger LOG = LoggerFactory.getLogger(Pump.class);

    /** How late a bookmark may be. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Of its time, a pump works at most one part in so many plus one while there is nothing left to catch up on. */
    private static final long REST_PER_PASS = 4;

    private static final long SHORT_PASS_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** What a rest may add to a delivery. */
    private static final long REST_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final WatchHub hub;
    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final Thread thread;
    private volatile boolean resting;

    Pump(WatchHub hub, int number) {
        this.hub = hub;
        this.thread = Thread.ofPlatform().name("watch-pump-", number).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void add(Watcher watcher) {
        watchers.add(watcher);
        signal();
    }

    /** There is a new entry, which is nobody's concern if nobody watches: a thread that wakes costs more than the look. */
    void entryApplied() {
        if (!watchers.isEmpty()) {
            signal();
        }
    }

    /** Something happened: a watcher that came or ended, or a receiver that became ready. */
    void signal() {
        // In this order: whoever finds it resting has signalled before it looks again.
        if (!signalled.getAndSet(true) && !resting) {
            LockSupport.unpark(thread);
        }
    }

    long lagMax(long newest) {
        long lag = 0;
        for (Watcher watcher : watchers) {
            lag = Math.max(lag, newest + 1 - watcher.next());
        }
        return lag;
    }

    void close(RegistryException reason) {
        watchers.forEach(watcher -> watcher.fail(reason));
        signal();
    }

    private void run() {
        while (!hub.isClosed()) {
            if (!signalled.getAndSet(false)) {
                LockSupport.parkNanos(IDLE_NANOS);
                signalled.set(false);
            }
            try {
                hub.lookAtReplacedState();
            } catch (RuntimeException e) {
                LOG.error("the state's revision cannot be read", e);
            }
            boolean more = false;
            long now = System.nanoTime();
            for (Watcher watcher : watchers) {
                more |= turn(watcher, now);
            }
            if (more) {
                signalled.set(true);
            } else {
                rest(System.nanoTime() - now);
            }
        }
    }

    /** After a long pass, a while: what changes in it shares the next pass, and its messages the writes to the sockets. */
    private void rest(long passNanos) {
        if (passNanos < SHORT_PASS_NANOS) {
            return;
        }
        long until = System.nanoTime() + Math.min(passNanos * REST_PER_PASS, REST_MAX_NANOS);
        resting = true;
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        resting = false;
    }

    /** Whether the watcher needs another turn at once. */
    private boolean turn(Watcher watcher, long now) {
        if (watcher.hasEnded()) {
            watchers.remove(watcher);
            return false;
        }
        try {
            return switch (watcher.pump(hub.feed(), now, hub.metrics())) {
                case IDLE -> false;
                case MORE -> true;
                case READ -> {
                    hub.read(watcher, this);
                    yield false;
                }
            };
        } catch (RuntimeException e) {
            LOG.error("a watch failed", e);
            watcher.fail(Waits.asRegistryException(e));
            return false;
        }
    }
}
