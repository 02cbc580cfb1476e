package io.meshkit.domain.kernel;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import io.meshkit.api.ErrorCode;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.DedupeRow;
import io.meshkit.v1.ErrorDetail;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes by request id and principal: why a retry is applied at most once.
 *
 * <p>A row answers until its log time is over, whether or not it has been swept by then, so that the answer
 * depends on the log alone. Sweeping is bounded, comes once per {@link DomainLimits#DEDUPE_SWEEP_EVERY} commands, and
 * goes on where it stopped: starting from the table's beginning each time would walk over everything deleted since the
 * last compaction.
 */
public final class Dedupe {
    private Dedupe() {}

    /** Of what of the operation its handler holds for the same in every attempt. */
    public static <Q extends Message> ByteString payloadHash(CommandHandler<Q> handler, int tag, Q operation) {
        return payloadHash(tag, handler.identity(operation));
    }

    /** SHA-256 over the operation's tag and its deterministic bytes. */
    static ByteString payloadHash(int tag, Message operation) {
        MessageDigest digest = Bytes.sha256();
        for (int shift = 24; shift >= 0; shift -= 8) {
            digest.update((byte) (tag >>> shift));
        }
        return UnsafeByteOperations.unsafeWrap(digest.digest(Bytes.of(operation)));
    }

    /** The row under the key that still answers, or null. */
    static @Nullable DedupeRow find(Overlay overlay, byte[] key, long timeMs) {
        byte[] row = overlay.get(Tables.DEDUPE, key);
        if (row == null) {
            return null;
        }
        DedupeRow found = Bytes.parse(DedupeRow.parser(), row);
        if (found.getExpiresAtMs() > timeMs) {
            return found;
        }
        // It is about to be overwritten: its place in the order of expiry must not outlive it.
        overlay.delete(Tables.DEDUPE_EXPIRY, RowKeys.dedupeExpiry(found.getExpiresAtMs(), key));
        return null;
    }

    static void put(Overlay overlay, byte[] key, ByteString payloadHash, KeptOutcome kept, long expiresAtMs) {
        DedupeRow row = DedupeRow.newBuilder()
                .setPayloadHash(payloadHash)
                .setOutcome(kept.outcome())
                .setRecordRevision(kept.recordRevision())
                .setExpiresAtMs(expiresAtMs)
                .build();
        overlay.put(Tables.DEDUPE, key, Bytes.of(row));
        overlay.put(Tables.DEDUPE_EXPIRY, RowKeys.dedupeExpiry(expiresAtMs, key), Bytes.NONE);
    }

    /** What the row's command was answered. */
    static CommandOutcome outcome(StoreView view, DedupeRow row) {
        return new KeptOutcome(row.getOutcome(), row.getRecordRevision()).restored(view);
    }

    /** Before the journal's entry goes: the row that refers to its record takes the record over. */
    static void detach(Overlay overlay, AuditEntry entry) {
        byte[] key = RowKeys.dedupe(entry.getActor(), entry.getRequestId());
        byte[] row = overlay.get(Tables.DEDUPE, key);
        if (row == null) {
            return;
        }
        DedupeRow found = Bytes.parse(DedupeRow.parser(), row);
        if (found.getRecordRevision() == entry.getRevision()) {
            DedupeRow whole = found.toBuilder()
                    .setOutcome(outcome(overlay, found))
                    .clearRecordRevision()
                    .build();
            overlay.put(Tables.DEDUPE, key, Bytes.of(whole));
        }
    }

    /** Removes rows that have expired, oldest first, if it is time to look for them after so many more commands. */
    static void sweep(Overlay overlay, Ledger ledger, int commands, DomainLimits limits) {
        ledger.dedupeUnswept += commands;
        if (ledger.dedupeUnswept >= DomainLimits.DEDUPE_SWEEP_EVERY) {
            int rowsMax = limits.dedupeSweepPerCommand() * ledger.dedupeUnswept;
            ledger.dedupeUnswept = 0;
            sweep(overlay, ledger, rowsMax);
        }
    }

    private static void sweep(Overlay overlay, Ledger ledger, int rowsMax) {
        byte[] from = ledger.dedupeSweptKey.isEmpty()
                ? RowKeys.dedupeExpiryBound(0)
                : Keys.after(ledger.dedupeSweptKey.toByteArray());
        byte[] to = RowKeys.dedupeExpiryBound(ledger.timeMs + 1);
        List<byte[]> expired = new ArrayList<>();
        try (Cursor cursor = overlay.scan(Tables.DEDUPE_EXPIRY, from, to)) {
            while (expired.size() < rowsMax && cursor.next()) {
                expired.add(cursor.key());
            }
        }
        for (byte[] key : expired) {
            overlay.delete(Tables.DEDUPE, RowKeys.dedupeRowOf(key));
            overlay.delete(Tables.DEDUPE_EXPIRY, key);
        }
        if (!expired.isEmpty()) {
            ledger.dedupeSweptKey = UnsafeByteOperations.unsafeWrap(expired.getLast());
        }
    }

    static ErrorDetail reused(String requestId) {
        return Errors.ofField(
                ErrorCode.INVALID_REQUEST,
                "options.requestId",
                "request id " + requestId + " was used for another mutation",
                "make a new request id for every mutation");
    }
}
