package io.meshkit.storage;

import java.nio.file.Path;

class RecentRowsProperties extends OrderedStoreProperties {
    @Override
    protected StoreFixture fixture(Path directory) {
        return new RecentRowsFixture(directory);
    }
}
