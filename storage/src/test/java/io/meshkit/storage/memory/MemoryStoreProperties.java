package io.meshkit.storage.memory;

import io.meshkit.storage.OrderedStoreProperties;
import io.meshkit.storage.StoreFixture;
import java.nio.file.Path;

class MemoryStoreProperties extends OrderedStoreProperties {
    @Override
    protected StoreFixture fixture(Path directory) {
        return new MemoryFixture(directory);
    }
}
