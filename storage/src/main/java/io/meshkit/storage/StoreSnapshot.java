package io.meshkit.storage;

/** A view that later writes do not change. Thread: any number. Must be closed. */
public interface StoreSnapshot extends StoreView, AutoCloseable {
    @Override
    void close();
}
