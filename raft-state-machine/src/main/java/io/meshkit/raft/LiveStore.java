package io.meshkit.raft;

import io.meshkit.storage.ForwardingView;
import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreSnapshot;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The store behind the replica, which the install of a snapshot replaces as a whole.
 *
 * <p>Counts who still reads a replaced store and closes it when the last reader is gone: closing a RocksDB under
 * an open snapshot would crash the process.
 *
 * <p>Thread: reads and snapshots any; {@link #replace} and {@link #close} one at a time.
 */
final class LiveStore implements AutoCloseable {
    private volatile Generation current;

    /**
     * @param afterClose runs when this first store has been closed
     */
    LiveStore(OrderedStore store, Runnable afterClose) {
        this.current = new Generation(store, afterClose);
    }

    /** The store itself, for the apply thread, which is the one that replaces it. */
    OrderedStore writer() {
        return current.store;
    }

    /** A snapshot that stays valid when the store is replaced. */
    StoreSnapshot snapshot() {
        Generation generation = acquire();
        try {
            return new CountedSnapshot(generation.store.snapshot(), generation);
        } catch (RuntimeException e) {
            generation.release();
            throw e;
        }
    }

    /** Works on the store as of now, which is not closed meanwhile. */
    void use(Consumer<OrderedStore> work) {
        Generation generation = acquire();
        try {
            work.accept(generation.store);
        } finally {
            generation.release();
        }
    }

    /** From now on the other store is the live one; the old one is closed when nobody reads it any more. */
    void replace(OrderedStore next, Runnable afterClose) {
        Generation old = current;
        current = new Generation(next, afterClose);
        old.release();
    }

    /** Refuses new readers and closes the store, which waits for its readers by its own rule. Idempotent. */
    @Override
    public void close() {
        current.retire();
    }

    private Generation acquire() {
        while (true) {
            Generation generation = current;
            if (generation.tryAcquire()) {
                return generation;
            }
            if (generation == current) {
                throw new StorageException("the store is closed");
            }
        }
    }

    /** One store with the number of its users; the live store's owner is one of them. */
    private static final class Generation {
        private final OrderedStore store;
        private final Runnable afterClose;
        private final AtomicLong users = new AtomicLong(1);
        private final AtomicBoolean retired = new AtomicBoolean();
        private final AtomicBoolean closed = new AtomicBoolean();

        Generation(OrderedStore store, Runnable afterClose) {
            this.store = store;
            this.afterClose = afterClose;
        }

        boolean tryAcquire() {
            while (true) {
                long count = users.get();
                if (count == 0 || retired.get()) {
                    return false;
                }
                if (users.compareAndSet(count, count + 1)) {
                    return true;
                }
            }
        }

        void retire() {
            if (retired.compareAndSet(false, true)) {
                closeOnce();
            }
        }

        void release() {
            if (users.decrementAndGet() == 0) {
                closeOnce();
            }
        }

        private void closeOnce() {
            if (closed.compareAndSet(false, true)) {
                store.close();
                afterClose.run();
            }
        }
    }

    private static final class CountedSnapshot extends ForwardingView implements StoreSnapshot {
        private final StoreSnapshot snapshot;
        private final Generation generation;
        private final AtomicBoolean closed = new AtomicBoolean();

        CountedSnapshot(StoreSnapshot snapshot, Generation generation) {
            super(snapshot);
            this.snapshot = snapshot;
            this.generation = generation;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                try {
                    snapshot.close();
                } finally {
                    generation.release();
                }
            }
        }
    }
}
