package io.meshkit.storage;

/** The walk over a range that can hold nothing. Stateless. Thread: any number. */
public final class EmptyCursor implements Cursor {
    public static final Cursor INSTANCE = new EmptyCursor();

    private EmptyCursor() {}

    @Override
    public boolean next() {
        return false;
    }

    @Override
    public byte[] key() {
        throw new IllegalStateException("the cursor is on no row");
    }

    @Override
    public byte[] value() {
        throw new IllegalStateException("the cursor is on no row");
    }

    @Override
    public void close() {}
}
