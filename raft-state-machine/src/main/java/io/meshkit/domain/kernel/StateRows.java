package io.meshkit.domain.kernel;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meshkit.storage.ForwardingView;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.StateRow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The rows of the meta table: the state row and, beside it, the log position. */
public final class StateRows {
    public static final int HASH_BYTES = 32;

    static final byte[] STATE_KEY = "state".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] POSITION_KEY = "position".getBytes(StandardCharsets.US_ASCII);

    private StateRows() {}

    /** The view, which does not change meanwhile, with its state row read and parsed once: every read needs it several times. */
    public static StoreView once(StoreView view) {
        return new Known(view, read(view));
    }

    private static final class Known extends ForwardingView {
        private final StateRow state;

        Known(StoreView view, StateRow state) {
            super(view);
            this.state = state;
        }
    }

    /** @throws StorageException if the row cannot be read */
    public static StateRow read(StoreView view) {
        if (view instanceof Known known) {
            return known.state;
        }
        byte[] row = view.get(Tables.META, STATE_KEY);
        if (row == null) {
            return StateRow.getDefaultInstance();
        }
        try {
            return StateRow.parseFrom(row);
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("the state row is unreadable", e);
        }
    }

    /** 32 bytes, zeros before the first revision. */
    public static byte[] chainHash(StateRow row) {
        return row.getChainHash().isEmpty()
                ? new byte[HASH_BYTES]
                : row.getChainHash().toByteArray();
    }

    /** The oldest revision whose audit entry is kept, ≥ 1; one more than the newest when none is. */
    public static long oldestKept(StateRow row) {
        return Math.max(1, row.getAuditOldestRevision());
    }

    /** Shows the row of a past revision. */
    public static void putRevision(Overlay past, StateRow state, long revision) {
        past.put(
                Tables.META,
                STATE_KEY,
                Bytes.of(state.toBuilder().setRevision(revision).build()));
    }

    /** {term, index} of the last applied entry. */
    public static Optional<long[]> position(StoreView view) {
        byte[] row = view.get(Tables.META, POSITION_KEY);
        if (row == null) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(row);
        return Optional.of(new long[] {buffer.getLong(), buffer.getLong()});
    }

    public static void putPosition(WriteBatch batch, long term, long index) {
        batch.put(
                Tables.META,
                POSITION_KEY,
                ByteBuffer.allocate(16).putLong(term).putLong(index).array());
    }
}
