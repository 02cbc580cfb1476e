package io.meshkit.domain.query;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.PageRequest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pages of a list: as many matching rows as asked for, within a limit of bytes.
 *
 * <p>A cursor is the key of the last row with a hash of the request, so that it cannot continue another list.
 * It may lead to an empty page: whether a row beyond the page matches is not looked for, because that could
 * mean walking to the end of the table.
 */
final class Pages {
    private static final byte VERSION = 1;
    private static final int HASH_BYTES = 8;
    private static final int HEADER_BYTES = 1 + HASH_BYTES;
    private static final int CURSOR_CHARS_MAX = 4096;

    private final Range range;
    private final int size;
    private final byte[] listHash;

    private Pages(Range range, int size, byte[] listHash) {
        this.range = range;
        this.size = size;
        this.listHash = listHash;
    }

    /** Makes an item of a row, or null if the row does not match. */
    interface RowReader<T extends Message> {
        @Nullable
        T read(byte[] key, byte[] value);
    }

    /**
     * @param nextCursor empty after the last page
     */
    record Page<T>(List<T> items, String nextCursor) {}

    /**
     * The page that the request asks for.
     *
     * @param request the whole request: everything but {@code read} and {@code page} tells lists apart
     * @param range   the rows of the whole list
     */
    static Pages of(Message request, PageRequest page, Range range, Check check) {
        check.that(
                page.getSize() >= 0 && page.getSize() <= DomainLimits.PAGE_SIZE_MAX,
                "page.size",
                "page size is " + page.getSize(),
                "1–" + DomainLimits.PAGE_SIZE_MAX + ", or 0 for " + DomainLimits.PAGE_SIZE_DEFAULT);
        int size = page.getSize() == 0 ? DomainLimits.PAGE_SIZE_DEFAULT : page.getSize();
        byte[] listHash = listHash(request);
        if (page.getCursor().isEmpty() || !check.isClean()) {
            return new Pages(range, size, listHash);
        }
        byte[] last = decode(page.getCursor(), listHash);
        if (last == null || !range.contains(last)) {
            check.that(
                    false,
                    "page.cursor",
                    "the cursor is not one of this list",
                    "pass next_cursor unchanged, with the same filter, or start without one");
            return new Pages(range, size, listHash);
        }
        return new Pages(range.after(last), size, listHash);
    }

    <T extends Message> Page<T> read(StoreView view, RowReader<T> reader) {
        List<T> items = new ArrayList<>();
        long bytes = 0;
        byte[] last = null;
        try (Cursor cursor = range.scan(view)) {
            while (cursor.next()) {
                if (items.size() == size && last != null) {
                    return new Page<>(items, encode(last));
                }
                byte[] key = cursor.key();
                T item = reader.read(key, cursor.value());
                if (item == null) {
                    continue;
                }
                bytes += item.getSerializedSize();
                if (last != null && bytes > DomainLimits.PAGE_BYTES_MAX) {
                    return new Page<>(items, encode(last));
                }
                items.add(item);
                last = key;
            }
        }
        return new Page<>(items, "");
    }

    private String encode(byte[] key) {
        byte[] cursor = ByteBuffer.allocate(HEADER_BYTES + key.length)
                .put(VERSION)
                .put(listHash)
                .put(key)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor);
    }

    /** The key of the last row, or null if the cursor is not one of the list. */
    private static byte @Nullable [] decode(String text, byte[] listHash) {
        if (text.length() > CURSOR_CHARS_MAX) {
            return null;
        }
        byte[] cursor;
        try {
            cursor = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (cursor.length <= HEADER_BYTES
                || cursor[0] != VERSION
                || !Arrays.equals(cursor, 1, HEADER_BYTES, listHash, 0, HASH_BYTES)) {
            return null;
        }
        return Arrays.copyOfRange(cursor, HEADER_BYTES, cursor.length);
    }

    private static byte[] listHash(Message request) {
        Message.Builder list = request.toBuilder();
        for (String name : List.of("read", "page")) {
            FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
            if (field != null) {
                list.clearField(field);
            }
        }
        MessageDigest digest = Bytes.sha256();
        digest.update(ByteString.copyFromUtf8(request.getDescriptorForType().getFullName())
                .asReadOnlyByteBuffer());
        digest.update((byte) 0);
        return Arrays.copyOf(digest.digest(Bytes.of(list.build())), HASH_BYTES);
    }
}
