package io.meshkit.domain.query;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.domain.EncodedRows;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.storage.KeyReader;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.PageRequest;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A list of records of a kind, answered as they are stored: a record is parsed only where a filter or an order has to
 * look into it.
 *
 * @param range   of records, or of index rows that lead to them
 * @param named   the record that an index row leads to, of its key behind the tag; not used for a range of records
 * @param filter  {@link Filters#all} if the range says everything
 */
record RecordList<T extends Message>(
        RecordKind<T> kind,
        Range range,
        Function<KeyReader, RecordRef<T>> named,
        Predicate<? super T> filter,
        Sorting<T> sorting) {
    /** All records of the kind that match, in order of their keys. */
    static <T extends Message> RecordList<T> of(RecordKind<T> kind, Predicate<? super T> filter) {
        return new RecordList<>(kind, Range.kind(kind.tag()), RecordList::ofNoIndex, filter, Sorting.byKey());
    }

    /** A record that matches. */
    private record Stored<T extends Message>(
            RecordKind<T> kind,
            byte[] key,
            byte[] row,
            @Nullable T parsed) {
        T record() {
            return parsed == null ? Bytes.parse(kind.parser(), row) : parsed;
        }
    }

    /**
     * The page that is asked for.
     *
     * @param response takes the cursor; its one repeated message is what the records are
     * @param check    what is wrong with the page goes here; nothing is read if it is not clean
     */
    QueryResult answer(StoreView view, Message request, PageRequest page, Message.Builder response, Check check) {
        Pages pages = Pages.of(view, request, page, range, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        Pages.Page<Stored<T>> read = pages.read(
                view,
                (key, value) -> matching(view, key, value),
                stored -> stored.row().length,
                sorting.of(Stored::record));
        EncodedRows rows = new EncodedRows(
                records(response),
                read.items().stream()
                        .map(stored -> new EncodedRows.Row(stored.key(), stored.row()))
                        .toList());
        response.setField(response.getDescriptorForType().findFieldByName("next_cursor"), read.nextCursor());
        return new QueryResult.Answered(response.build(), rows);
    }

    /** For a range of records. */
    static <T extends Message> RecordRef<T> ofNoIndex(KeyReader key) {
        throw new IllegalStateException("records lead to nothing");
    }

    private @Nullable Stored<T> matching(StoreView view, byte[] key, byte[] value) {
        byte[] recordKey = key;
        byte[] row = value;
        if (range.table() != Tables.RECORDS) {
            KeyReader reader = new KeyReader(key);
            reader.tag();
            RecordRef<T> ref = named.apply(reader);
            recordKey = ref.key();
            row = Gets.indexedRow(view, ref);
        }
        if (filter == Filters.all() && sorting.isByKey()) {
            return new Stored<>(kind, recordKey, row, null);
        }
        T record = Bytes.parse(kind.parser(), row);
        return filter.test(record) ? new Stored<>(kind, recordKey, row, record) : null;
    }

    private static FieldDescriptor records(Message.Builder response) {
        return response.getDescriptorForType().getFields().stream()
                .filter(field -> field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
                .findFirst()
                .orElseThrow();
    }
}
