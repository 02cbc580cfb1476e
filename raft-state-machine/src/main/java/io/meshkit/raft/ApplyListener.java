package io.meshkit.raft;

import io.meshkit.domain.Applied;
import java.util.List;

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

    /** Tells each, in order. */
    static ApplyListener all(ApplyListener... listeners) {
        List<ApplyListener> each = List.of(listeners);
        return new ApplyListener() {
            @Override
            public void applied(long index, Applied applied) {
                each.forEach(listener -> listener.applied(index, applied));
            }

            @Override
            public void replaced(long index) {
                each.forEach(listener -> listener.replaced(index));
            }
        };
    }

    /** The entry at the index has been applied. */
    void applied(long index, Applied applied);

    /** The whole state has been replaced by a snapshot at the index: entries before it were not announced. */
    void replaced(long index);
}
