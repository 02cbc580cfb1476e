package io.meshkit.domain.query;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.meshkit.domain.EncodedRows;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Etags;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreView;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reading one record. */
final class Gets {
    private Gets() {}

    /**
     * The record under the name, as it is stored, with its etag, or NOT_FOUND; nothing is read for a malformed request.
     *
     * @param response the verb's empty response, whose fields are one with the name of the record's kind, and {@code etag}
     */
    static <T extends Message> QueryResult answer(
            StoreView view, Check check, Supplier<RecordRef<T>> named, Message response) {
        if (!check.isClean()) {
            return refused(check);
        }
        RecordRef<T> ref = named.get();
        byte[] row = view.get(Tables.RECORDS, ref.key());
        if (row == null) {
            return notFound(ref);
        }
        Descriptor fields = response.getDescriptorForType();
        EncodedRows record = new EncodedRows(
                fields.findFieldByName(ref.kind().name()), List.of(new EncodedRows.Row(ref.key(), row)));
        return new QueryResult.Answered(
                response.toBuilder()
                        .setField(fields.findFieldByName("etag"), Etags.of(record.modRevision()))
                        .build(),
                record);
    }

    /** What is made of the record under the name, or NOT_FOUND; nothing is read for a malformed request. */
    static <T extends Message> QueryResult answer(
            StoreView view, Check check, Supplier<RecordRef<T>> named, Function<T, Message> response) {
        if (!check.isClean()) {
            return refused(check);
        }
        RecordRef<T> ref = named.get();
        T record = ref.kind().get(view, ref);
        return record == null ? notFound(ref) : new QueryResult.Answered(response.apply(record));
    }

    private static QueryResult notFound(RecordRef<?> ref) {
        return new QueryResult.Refused(Errors.notFound(ref.kind().name(), ref.name()));
    }

    /** @throws StorageException if an index row leads to nothing */
    static <T extends Message> T indexed(StoreView view, RecordRef<T> ref) {
        return Bytes.parse(ref.kind().parser(), indexedRow(view, ref));
    }

    /** @throws StorageException if an index row leads to nothing */
    static byte[] indexedRow(StoreView view, RecordRef<?> ref) {
        byte[] row = view.get(Tables.RECORDS, ref.key());
        if (row == null) {
            throw new StorageException(
                    "an index leads to the missing " + ref.kind().name() + " " + ref.name() + ", row "
                            + Arrays.toString(ref.key()) + " of " + Tables.RECORDS.name());
        }
        return row;
    }

    static QueryResult refused(Check check) {
        return new QueryResult.Refused(check.error().orElseThrow());
    }
}
