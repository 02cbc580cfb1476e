package io.meshkit.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait because every node that they may ask is away: first come, first served. A node that may be tried
 * takes one of them, a node that is back takes all. Thread-safe.
 */
final class TurnQueue {
    /**
     * One who waits.
     *
     * @param only the one node that will do; null: any
     * @param go   called at most once, on a thread where it must not block
     */
    record Waiter(@Nullable NodeChannel only, Runnable go) {}

    private final Deque<Waiter> waiting = new ArrayDeque<>();

    /**
     * Waits, unless a node has become available meanwhile.
     *
     * @param available asked once the waiter stands in the queue, so that no turn is missed
     * @return the waiter; null if it need not wait
     */
    @Nullable
    Waiter await(@Nullable NodeChannel only, Runnable go, BooleanSupplier available) {
        Waiter waiter = new Waiter(only, go);
        synchronized (this) {
            waiting.add(waiter);
        }
        return available.getAsBoolean() && remove(waiter) ? null : waiter;
    }

    /** Waits no longer. @return false if its turn has come already */
    synchronized boolean remove(Waiter waiter) {
        return waiting.removeIf(other -> other == waiter);
    }

    /** Lets go whoever the node may serve, until it takes no more. */
    void serve(NodeChannel node) {
        while (node.isOpen()) {
            Waiter next = next(node);
            if (next == null) {
                return;
            }
            next.go().run();
        }
    }

    private synchronized @Nullable Waiter next(NodeChannel node) {
        Iterator<Waiter> each = waiting.iterator();
        while (each.hasNext()) {
            Waiter waiter = each.next();
            if (waiter.only() == null || waiter.only() == node) {
                each.remove();
                return waiter;
            }
        }
        return null;
    }

    /** Lets all go, whatever they will find: the client closes. */
    void drain() {
        List<Waiter> all;
        synchronized (this) {
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(waiter -> waiter.go().run());
    }

    synchronized int size() {
        return waiting.size();
    }
}
