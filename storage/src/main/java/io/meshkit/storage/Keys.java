package io.meshkit.storage;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Arithmetic of keys as unsigned byte strings. */
public final class Keys {
    /** The smallest key. As {@code from} of a scan: from the first row. */
    public static final byte[] EMPTY = new byte[0];

    private Keys() {}

    /** Compares as the stores do: unsigned, byte by byte, a prefix before its extensions. */
    public static int compare(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, b);
    }

    /**
     * The exclusive end of the range of all keys that start with the prefix.
     *
     * @return null when no key is greater (the prefix is empty or all 0xFF), which a scan takes as "to the last"
     */
    public static byte @Nullable [] prefixEnd(byte[] prefix) {
        for (int i = prefix.length - 1; i >= 0; i--) {
            if (prefix[i] != (byte) 0xFF) {
                byte[] end = Arrays.copyOf(prefix, i + 1);
                end[i]++;
                return end;
            }
        }
        return null;
    }

    /** Whether {@code [from, to)} can hold no key. */
    public static boolean isEmptyRange(byte[] from, byte @Nullable [] to) {
        return to != null && compare(from, to) >= 0;
    }

    /** The smallest key greater than the given one: where a scan goes on after it. */
    public static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }
}
