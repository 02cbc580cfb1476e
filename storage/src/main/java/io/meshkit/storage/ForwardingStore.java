package io.meshkit.storage;

import java.nio.file.Path;

/** A store that passes everything on to another one, but for what a subclass changes. Thread: as the other. */
public abstract class ForwardingStore extends ForwardingView implements OrderedStore {
    private final OrderedStore store;

    protected ForwardingStore(OrderedStore store) {
        super(store);
        this.store = store;
    }

    @Override
    public void write(WriteBatch batch) {
        store.write(batch);
    }

    @Override
    public StoreSnapshot snapshot() {
        return store.snapshot();
    }

    @Override
    public void flush() {
        store.flush();
    }

    @Override
    public void checkpoint(Path directory) {
        store.checkpoint(directory);
    }

    @Override
    public void close() {
        store.close();
    }
}
