package io.meshkit.storage;

import org.jspecify.annotations.Nullable;

/** A view that shows another one, but for what a subclass changes. Thread: as the other. */
public abstract class ForwardingView implements StoreView {
    private final StoreView view;

    protected ForwardingView(StoreView view) {
        this.view = view;
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        return view.get(table, key);
    }

    @Override
    public Cursor scan(Table table, byte[] from, byte @Nullable [] to) {
        return view.scan(table, from, to);
    }

    @Override
    public Cursor scanDescending(Table table, byte[] from, byte @Nullable [] to) {
        return view.scanDescending(table, from, to);
    }
}
