package io.meshkit.storage;

import io.meshkit.storage.memory.MemoryFixture;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Keeps so few rows of two tables that some are always pushed out, over a store in memory. */
final class RecentRowsFixture implements StoreFixture {
    private static final int BYTES_MAX = 500;

    private final MemoryFixture beneath;
    private final Map<OrderedStore, OrderedStore> opened = new IdentityHashMap<>();

    RecentRowsFixture(Path root) {
        this.beneath = new MemoryFixture(root);
    }

    private OrderedStore over(OrderedStore store) {
        RecentRows rows = new RecentRows(store, List.of(A, B), BYTES_MAX);
        opened.put(rows, store);
        return rows;
    }

    @Override
    public OrderedStore open() {
        return over(beneath.open());
    }

    @Override
    public OrderedStore crash(OrderedStore store) {
        return over(beneath.crash(opened.get(store)));
    }

    @Override
    public OrderedStore restore(Path checkpoint) {
        return over(beneath.restore(checkpoint));
    }

    @Override
    public Path newPath() {
        return beneath.newPath();
    }

    @Override
    public void close() {
        beneath.close();
    }
}
