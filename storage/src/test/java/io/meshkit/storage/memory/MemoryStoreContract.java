package io.meshkit.storage.memory;

import io.meshkit.storage.OrderedStoreContract;
import io.meshkit.storage.StoreFixture;
import java.nio.file.Path;

class MemoryStoreContract extends OrderedStoreContract {
    @Override
    protected StoreFixture fixture(Path directory) {
        return new MemoryFixture(directory);
    }
}
