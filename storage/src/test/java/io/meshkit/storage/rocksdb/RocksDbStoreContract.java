package io.meshkit.storage.rocksdb;

import io.meshkit.storage.OrderedStoreContract;
import io.meshkit.storage.StoreFixture;
import java.nio.file.Path;

class RocksDbStoreContract extends OrderedStoreContract {
    @Override
    protected StoreFixture fixture(Path directory) {
        return new RocksDbFixture(directory);
    }
}
