package io.meshkit.domain.query;

import com.google.protobuf.Message;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreView;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reading one record. */
final class Gets {
    private Gets() {}

    /** The record under the name in a response, or NOT_FOUND; nothing is read for a malformed request. */
    static <T extends Message> QueryResult answer(
            StoreView view, Check check, Supplier<RecordRef<T>> named, Function<T, Message> response) {
        if (!check.isClean()) {
            return refused(check);
        }
        RecordRef<T> ref = named.get();
        T record = ref.kind().get(view, ref);
        return record == null
                ? new QueryResult.Refused(Errors.notFound(ref.kind().name(), ref.name()))
                : new QueryResult.Answered(response.apply(record));
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
