package io.meshkit.jepsen.checker;

import java.util.Arrays;

/** A set of small numbers. Equal sets of the same capacity are equal. Thread: one. */
final class OperationSet {
    private final long[] words;

    OperationSet(int capacity) {
        this(new long[(capacity + Long.SIZE - 1) / Long.SIZE]);
    }

    private OperationSet(long[] words) {
        this.words = words;
    }

    void add(int id) {
        words[id / Long.SIZE] |= 1L << id;
    }

    void remove(int id) {
        words[id / Long.SIZE] &= ~(1L << id);
    }

    OperationSet copy() {
        return new OperationSet(words.clone());
    }

    long sizeBytes() {
        return (long) words.length * Long.BYTES;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OperationSet set && Arrays.equals(words, set.words);
    }

    /** Mixed: Arrays.hashCode of sets that differ in few bits collides much. */
    @Override
    public int hashCode() {
        long hash = 0;
        for (long word : words) {
            hash = (hash ^ word) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        return (int) hash;
    }
}
