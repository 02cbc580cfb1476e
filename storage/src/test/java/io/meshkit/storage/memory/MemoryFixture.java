package io.meshkit.storage.memory;

import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.StoreFixture;
import java.nio.file.Path;

public final class MemoryFixture implements StoreFixture {
    private final Path root;
    private int paths;

    public MemoryFixture(Path root) {
        this.root = root;
    }

    @Override
    public OrderedStore open() {
        return MemoryStore.create(TABLES);
    }

    @Override
    public OrderedStore crash(OrderedStore store) {
        return ((MemoryStore) store).crashed();
    }

    @Override
    public OrderedStore restore(Path checkpoint) {
        return MemoryStore.restore(checkpoint, TABLES);
    }

    @Override
    public Path newPath() {
        return root.resolve("path-" + paths++);
    }

    @Override
    public void close() {}
}
