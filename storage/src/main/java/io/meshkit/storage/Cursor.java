package io.meshkit.storage;

/**
 * A walk over a key range. Starts before the first row.
 *
 * <p>Thread: one at a time. Must be closed.
 */
public interface Cursor extends AutoCloseable {
    /** Moves to the next row; false at the end of the range. */
    boolean next();

    /** The current row's key; the caller owns the array. */
    byte[] key();

    /** The current row's value; the caller owns the array. */
    byte[] value();

    @Override
    void close();
}
