package io.meshkit.storage.memory;

import io.meshkit.storage.Cursor;
import io.meshkit.storage.EmptyCursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import org.jspecify.annotations.Nullable;

/** Reads of whatever {@link Tables} an implementation says are to be seen. */
abstract class MemoryView implements StoreView {
    /**
     * @return what to read
     * @throws IllegalStateException when closed
     */
    abstract Tables tables();

    /** @throws IllegalStateException when the store is closed: cursors outlive a snapshot, but not the store */
    abstract void requireOpenStore();

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        byte[] value = Treap.get(tables().root(table), key);
        return value == null ? null : value.clone();
    }

    @Override
    public Cursor scan(Table table, byte[] from, byte @Nullable [] to) {
        return scan(table, from, to, true);
    }

    @Override
    public Cursor scanDescending(Table table, byte[] from, byte @Nullable [] to) {
        return scan(table, from, to, false);
    }

    private Cursor scan(Table table, byte[] from, byte @Nullable [] to, boolean ascending) {
        Treap root = tables().root(table);
        return Keys.isEmptyRange(from, to)
                ? EmptyCursor.INSTANCE
                : new TreapCursor(root, from, to, ascending, this::requireOpenStore);
    }
}
