package io.meshkit.storage.rocksdb;

import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native library and its objects. */
final class Natives {
    private static final Logger log = LoggerFactory.getLogger(Natives.class);

    private Natives() {}

    /** Idempotent. */
    static void load() {
        RocksDB.loadLibrary();
    }

    /** Closes; a failure is logged, since the rest must be closed too. */
    static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            log.warn("closing a {} failed", resource.getClass().getSimpleName(), e);
        }
    }
}
