package io.meshkit.storage;

import org.jspecify.annotations.Nullable;

/**
 * Ordered reads. Keys compare as unsigned bytes; a range is {@code [from, to)}.
 *
 * <p>Pure to its callers: the domain decides against it without knowing what lies below.
 */
public interface StoreView {
    /** The value under the key, or null. */
    byte @Nullable [] get(Table table, byte[] key);

    /**
     * The rows of {@code [from, to)} in ascending order.
     *
     * @param from inclusive; empty = from the first
     * @param to   exclusive; null = to the last
     */
    Cursor scan(Table table, byte[] from, byte @Nullable [] to);

    /** The rows of {@code [from, to)} in descending order. */
    Cursor scanDescending(Table table, byte[] from, byte @Nullable [] to);
}
