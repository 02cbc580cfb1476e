package io.meshkit.storage.rocksdb;

import io.meshkit.storage.OrderedStoreProperties;
import io.meshkit.storage.StoreFixture;
import java.nio.file.Path;

class RocksDbStoreProperties extends OrderedStoreProperties {
    @Override
    protected StoreFixture fixture(Path directory) {
        return new RocksDbFixture(directory);
    }
}
