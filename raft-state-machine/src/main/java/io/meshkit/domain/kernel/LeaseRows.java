package io.meshkit.domain.kernel;

import io.meshkit.api.ErrorCode;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.LeaseRow;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The leases: one row each, by id. They follow the records that hold them: see the kinds' {@code onChange}.
 *
 * <p>Pure. Thread: any number.
 */
public final class LeaseRows {
    /** Under which leases are counted in the state row. */
    static final String COUNTED_AS = "lease";

    private LeaseRows() {}

    static byte[] key(long id) {
        return new KeyWriter().number(id).toBytes();
    }

    /** The lease of a row of {@link Tables#LEASES} by the row's key. */
    public static long idOf(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    /** The lease of a row of {@link Tables#LEASES}. */
    public static LeaseRow parse(byte[] row) {
        return Bytes.parse(LeaseRow.parser(), row);
    }

    /** The lease, or null if it has ended or never was. */
    public static @Nullable LeaseRow get(StoreView view, long id) {
        byte[] row = id <= 0 ? null : view.get(Tables.LEASES, key(id));
        return row == null ? null : parse(row);
    }

    /** Every lease, in order of id. */
    public static void forEach(StoreView view, Consumer<LeaseRow> each) {
        try (Cursor cursor = view.scan(Tables.LEASES, Keys.EMPTY, null)) {
            while (cursor.next()) {
                each.accept(parse(cursor.value()));
            }
        }
    }

    /** Why the work cannot grant another lease, or null. */
    public static @Nullable ErrorDetail full(Work work) {
        long max = work.limits().leasesMax();
        return work.leases() < max
                ? null
                : Errors.of(
                        ErrorCode.LIMIT_EXCEEDED,
                        "there are " + max + " leases already",
                        "let peers and candidates that are gone leave");
    }
}
