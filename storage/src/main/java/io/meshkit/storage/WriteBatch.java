package io.meshkit.storage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Writes that take effect together, in order. Pure data. Thread: one.
 */
public final class WriteBatch {
    private final List<Write> writes = new ArrayList<>();

    /** One write of a batch. */
    public sealed interface Write {
        Table table();
    }

    public record Put(Table table, byte[] key, byte[] value) implements Write {}

    public record Delete(Table table, byte[] key) implements Write {}

    /** Deletes {@code [from, to)}. */
    public record DeleteRange(Table table, byte[] from, byte[] to) implements Write {}

    public WriteBatch put(Table table, byte[] key, byte[] value) {
        writes.add(new Put(table, key, value));
        return this;
    }

    public WriteBatch delete(Table table, byte[] key) {
        writes.add(new Delete(table, key));
        return this;
    }

    public WriteBatch deleteRange(Table table, byte[] from, byte[] to) {
        writes.add(new DeleteRange(table, from, to));
        return this;
    }

    public List<Write> writes() {
        return Collections.unmodifiableList(writes);
    }

    public boolean isEmpty() {
        return writes.isEmpty();
    }
}
