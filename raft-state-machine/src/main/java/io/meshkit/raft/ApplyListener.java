package io.meshkit.raft;

import io.meshkit.domain.Applied;

/**
 * Hears of applied entries, after they are visible in the store: the watch hub.
 *
 * <p>Thread: apply thread. Must be quick and must not throw: apply waits for it.
 */
public interface ApplyListener {
    /** Does nothing. */
    ApplyListener NONE = new ApplyListener() {
        @Override
        public void applied(long index, Applied applied) {}

        @Override
        public void replaced(long index) {}
    };

    /** The entry at the index has been applied. */
    void applied(long index, Applied applied);

    /** The whole state has been replaced by a snapshot at the index: entries before it were not announced. */
    void replaced(long index);
}
