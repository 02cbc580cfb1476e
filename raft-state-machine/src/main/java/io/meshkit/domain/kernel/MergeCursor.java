package io.meshkit.domain.kernel;

import io.meshkit.storage.Cursor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** The rows of a range as they will be: those below, except where the overlay writes or deletes. */
final class MergeCursor implements Cursor {
    private final Cursor below;
    private final Iterator<Map.Entry<byte[], byte[]>> above;
    private final boolean descending;

    private byte @Nullable [] belowKey;
    private Map.@Nullable Entry<byte[], byte[]> aboveRow;
    private byte @Nullable [] key;
    private byte @Nullable [] value;

    /** @param above the overlay's rows of the same range, in the cursor's direction */
    MergeCursor(Cursor below, NavigableMap<byte[], byte[]> above, boolean descending) {
        this.below = below;
        this.above = above.entrySet().iterator();
        this.descending = descending;
        nextBelow();
        nextAbove();
    }

    @Override
    public boolean next() {
        while (true) {
            byte[] lower = belowKey;
            Map.Entry<byte[], byte[]> upper = aboveRow;
            if (upper == null) {
                if (lower == null) {
                    key = null;
                    value = null;
                    return false;
                }
                return takeBelow(lower);
            }
            int order = lower == null ? 1 : compare(lower, upper.getKey());
            if (lower != null && order < 0) {
                return takeBelow(lower);
            }
            if (order == 0) {
                nextBelow();
            }
            nextAbove();
            if (!Overlay.isDeleted(upper.getValue())) {
                key = upper.getKey();
                value = upper.getValue();
                return true;
            }
        }
    }

    @Override
    public byte[] key() {
        return require(key).clone();
    }

    @Override
    public byte[] value() {
        return require(value).clone();
    }

    @Override
    public void close() {
        below.close();
    }

    private boolean takeBelow(byte[] lower) {
        key = lower;
        value = below.value();
        nextBelow();
        return true;
    }

    private void nextBelow() {
        belowKey = below.next() ? below.key() : null;
    }

    private void nextAbove() {
        aboveRow = above.hasNext() ? above.next() : null;
    }

    private int compare(byte[] a, byte[] b) {
        int order = Arrays.compareUnsigned(a, b);
        return descending ? -order : order;
    }

    private static byte[] require(byte @Nullable [] bytes) {
        if (bytes == null) {
            throw new IllegalStateException("no current row");
        }
        return bytes;
    }
}
