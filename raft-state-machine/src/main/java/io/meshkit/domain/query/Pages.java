package io.meshkit.domain.query;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.StateRows;
import io.meshkit.domain.kernel.Tokens;
import io.meshkit.domain.kernel.Tokens.Opened;
import io.meshkit.domain.kernel.Tokens.Purpose;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.PageRequest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Pages of a list: as many matching rows as asked for, within a limit of bytes.
 *
 * <p>A cursor is the key of the last row, sealed with the revision that the list shows and a hash of the request
 * ({@link Tokens}): it cannot continue another list, and all pages show the same revision ({@link Past}).
 * It may lead to an empty page: whether a row beyond the page matches is not looked for, because that could
 * mean walking to the end of the table.
 */
final class Pages {
    private final Range range;
    private final byte @Nullable [] after;
    private final int size;
    private final byte[] listHash;
    private final Tokens tokens;
    private final Check check;

    /** @param after key of the last row of the page before; null: the first page */
    private Pages(Range range, byte @Nullable [] after, int size, byte[] listHash, Tokens tokens, Check check) {
        this.range = range;
        this.after = after;
        this.size = size;
        this.listHash = listHash;
        this.tokens = tokens;
        this.check = check;
    }

    /** Makes an item of a row, or null if the row does not match. */
    interface RowReader<T> {
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
     * @param view    of the cursor's revision, if there is a cursor
     * @param request the whole request: everything but {@code read} and {@code page} tells lists apart
     * @param range   the rows of the whole list
     */
    static Pages of(StoreView view, Message request, PageRequest page, Range range, Check check) {
        check.that(
                page.getSize() >= 0 && page.getSize() <= DomainLimits.PAGE_SIZE_MAX,
                "page.size",
                "page size is " + page.getSize(),
                "1–" + DomainLimits.PAGE_SIZE_MAX + ", or 0 for " + DomainLimits.PAGE_SIZE_DEFAULT);
        int size = page.getSize() == 0 ? DomainLimits.PAGE_SIZE_DEFAULT : page.getSize();
        byte[] listHash = listHash(request);
        Tokens tokens = Tokens.of(view);
        if (page.getCursor().isEmpty() || !check.isClean()) {
            return new Pages(range, null, size, listHash, tokens, check);
        }
        Opened opened = tokens.open(page.getCursor(), Purpose.CURSOR, listHash);
        if (opened instanceof Opened.Valid valid && range.contains(valid.place())) {
            return new Pages(range, valid.place(), size, listHash, tokens, check);
        }
        check.fail(refusal(opened));
        return new Pages(range, null, size, listHash, tokens, check);
    }

    /**
     * The revision that the cursor of the request names; empty for a first page and for a cursor that does not
     * hold.
     */
    static OptionalLong revision(StoreView view, Message request) {
        FieldDescriptor field = request.getDescriptorForType().findFieldByName("page");
        if (field == null
                || !(request.getField(field) instanceof PageRequest page)
                || page.getCursor().isEmpty()) {
            return OptionalLong.empty();
        }
        return Tokens.of(view).open(page.getCursor(), Purpose.CURSOR, listHash(request)) instanceof Opened.Valid valid
                ? OptionalLong.of(valid.revision())
                : OptionalLong.empty();
    }

    private static ErrorDetail refusal(Opened opened) {
        String field = "page.cursor";
        return switch (opened) {
            case Opened.Foreign foreign ->
                Errors.invalid(field, "the cursor is of another quorum", "start without one");
            case Opened.Other other ->
                Errors.invalid(
                        field,
                        "the cursor is not one of this list",
                        "pass next_cursor unchanged, with the same filter, or start without one");
            case Opened.Forged forged ->
                Errors.invalid(
                        field,
                        "the cursor was not made by this registry",
                        "pass next_cursor unchanged, or start without one");
            case Opened.Valid outside ->
                Errors.invalid(field, "the cursor is not one of this list", "start without one");
        };
    }

    <T extends Message> Page<T> read(StoreView view, RowReader<T> reader) {
        return read(view, reader, Message::getSerializedSize);
    }

    private <T> Page<T> read(StoreView view, RowReader<T> reader, ToIntFunction<T> bytesOf) {
        long revision = StateRows.read(view).getRevision();
        List<T> items = new ArrayList<>();
        long bytes = 0;
        byte[] last = null;
        try (Cursor cursor = (after == null ? range : range.after(after)).scan(view)) {
            while (cursor.next()) {
                if (items.size() == size && last != null) {
                    return new Page<>(items, cursor(revision, last));
                }
                byte[] key = cursor.key();
                T item = reader.read(key, cursor.value());
                if (item == null) {
                    continue;
                }
                bytes += bytesOf.applyAsInt(item);
                if (last != null && bytes > DomainLimits.PAGE_BYTES_MAX) {
                    return new Page<>(items, cursor(revision, last));
                }
                items.add(item);
                last = key;
            }
        }
        return new Page<>(items, "");
    }

    <T extends Message> Page<T> read(StoreView view, RowReader<T> reader, Sorting<T> sorting) {
        return read(view, reader, Message::getSerializedSize, sorting);
    }

    /**
     * The page in another order than that of the rows: all rows of the list are read for every page, and of those
     * beyond the page before the first few are kept, by keys alone.
     *
     * <p>Fails the check with LIMIT_EXCEEDED if there are more than {@link DomainLimits#SORTED_ROWS_MAX} rows.
     *
     * @param bytesOf what an item counts in the page
     */
    <T> Page<T> read(StoreView view, RowReader<T> reader, ToIntFunction<T> bytesOf, Sorting<T> sorting) {
        if (sorting.isByKey()) {
            return read(view, reader, bytesOf);
        }
        byte[] floor = null;
        if (after != null) {
            T last = row(view, reader, after);
            if (last == null) {
                check.fail(refusal(new Opened.Other()));
                return new Page<>(List.of(), "");
            }
            floor = sorting.place(last, after);
        }
        List<byte[]> keys = first(view, reader, sorting, floor);
        List<T> items = new ArrayList<>();
        long bytes = 0;
        for (byte[] key : keys) {
            T item = row(view, reader, key);
            if (item == null) {
                throw new IllegalStateException("a row of a view has changed");
            }
            bytes += bytesOf.applyAsInt(item);
            if (items.size() == size || (!items.isEmpty() && bytes > DomainLimits.PAGE_BYTES_MAX)) {
                return new Page<>(items, cursor(StateRows.read(view).getRevision(), keys.get(items.size() - 1)));
            }
            items.add(item);
        }
        return new Page<>(items, "");
    }

    private <T> @Nullable T row(StoreView view, RowReader<T> reader, byte[] key) {
        byte[] value = view.get(range.table(), key);
        return value == null ? null : reader.read(key, value);
    }

    /** The keys of the first rows beyond the floor, one more than a page holds. */
    private <T> List<byte[]> first(StoreView view, RowReader<T> reader, Sorting<T> sorting, byte @Nullable [] floor) {
        TreeMap<byte[], byte[]> first = new TreeMap<>(Keys::compare);
        int rows = 0;
        try (Cursor cursor = range.scan(view)) {
            while (cursor.next()) {
                rows++;
                if (rows > DomainLimits.SORTED_ROWS_MAX) {
                    check.fail(
                            ErrorCode.LIMIT_EXCEEDED,
                            "orderBy",
                            "the list has more than " + DomainLimits.SORTED_ROWS_MAX + " rows to sort",
                            "narrow it to a namespace, an owner or a cluster, or list by key");
                    return List.of();
                }
                byte[] key = cursor.key();
                T item = reader.read(key, cursor.value());
                if (item == null) {
                    continue;
                }
                byte[] place = sorting.place(item, key);
                if (floor == null || Keys.compare(place, floor) > 0) {
                    first.put(place, key);
                    if (first.size() > size + 1) {
                        first.pollLastEntry();
                    }
                }
            }
        }
        return List.copyOf(first.values());
    }

    private String cursor(long revision, byte[] last) {
        return tokens.seal(Purpose.CURSOR, revision, listHash, last);
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
        return Arrays.copyOf(digest.digest(Bytes.of(list.build())), Tokens.HASH_BYTES);
    }
}
