package io.meshkit.storage;

import java.nio.file.Path;

class RecentRowsContract extends OrderedStoreContract {
    @Override
    protected StoreFixture fixture(Path directory) {
        return new RecentRowsFixture(directory);
    }
}
