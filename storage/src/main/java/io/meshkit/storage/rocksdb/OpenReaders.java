package io.meshkit.storage.rocksdb;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The snapshots and cursors that are open, so that closing the store can end them. Thread: any number. */
final class OpenReaders {
    private final Set<Lifetime> open = ConcurrentHashMap.newKeySet();

    void add(Lifetime reader) {
        open.add(reader);
    }

    void remove(Lifetime reader) {
        open.remove(reader);
    }

    /** @return how many were open */
    int closeAll() {
        int closed = 0;
        for (Lifetime reader : open) {
            reader.close();
            closed++;
        }
        return closed;
    }
}
