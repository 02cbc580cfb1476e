package io.meshkit.server.access;

import com.google.protobuf.Timestamp;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Times;
import io.meshkit.v1.DeniedAttempt;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Refused attempts that wait to be written to the audit history, gathered so that a flood of them stays small: one row
 * for each principal, credential, verb and code.
 *
 * <p>Attempts of who is nobody are not told apart by verb: whoever has no credential must not be able to fill the
 * history. When no more rows are held, what is of none of them is counted in one row without an actor. Thread: any
 * number; never waits for anything but another caller of its own.
 */
public final class DenialBook {
    private final String node;
    private final int rowsMax;
    private final LongSupplier clockMs;
    private final LinkedHashMap<Key, Row> rows = new LinkedHashMap<>();
    private @Nullable Row others;

    private record Key(String actor, String credential, String verb, ErrorCode code) {}

    private static final class Row {
        private final long firstMs;
        private long lastMs;
        private long count;
        private String verb = "";
        private String message = "";

        Row(long firstMs) {
            this.firstMs = firstMs;
        }

        void add(long nowMs, String ofVerb, String ofMessage) {
            count++;
            lastMs = nowMs;
            verb = ofVerb;
            message = ofMessage;
        }
    }

    /**
     * @param node    that refuses
     * @param rowsMax rows that are held, ≥ 1
     * @param clockMs Unix ms
     */
    public DenialBook(String node, int rowsMax, LongSupplier clockMs) {
        this.node = node;
        this.rowsMax = rowsMax;
        this.clockMs = clockMs;
    }

    /** @return false if the attempt is counted, but not told apart from others */
    public synchronized boolean add(ErrorCode code, String actor, String credential, String verb, String message) {
        long nowMs = clockMs.getAsLong();
        Key key = new Key(actor, credential, code == ErrorCode.UNAUTHENTICATED ? "" : verb, code);
        Row row = rows.get(key);
        if (row == null && rows.size() < rowsMax) {
            row = new Row(nowMs);
            rows.put(key, row);
        }
        if (row != null) {
            row.add(nowMs, verb, message);
            return true;
        }
        if (others == null) {
            others = new Row(nowMs);
        }
        others.add(nowMs, "", "attempts by more callers and verbs than are told apart");
        return false;
    }

    /**
     * Hands over the oldest rows, which then begin anew. The row without an actor is the last of them.
     *
     * @param max rows, ≥ 2
     */
    public synchronized List<DeniedAttempt> take(int max) {
        List<DeniedAttempt> taken = new ArrayList<>();
        Iterator<Map.Entry<Key, Row>> oldest = rows.entrySet().iterator();
        int room = others == null ? max : max - 1;
        while (oldest.hasNext() && taken.size() < room) {
            Map.Entry<Key, Row> next = oldest.next();
            Key key = next.getKey();
            taken.add(attempt(key.actor(), key.credential(), key.code().name(), next.getValue()));
            oldest.remove();
        }
        if (others != null) {
            taken.add(attempt("", "", "", others));
            others = null;
        }
        return taken;
    }

    private DeniedAttempt attempt(String actor, String credential, String code, Row row) {
        return DeniedAttempt.newBuilder()
                .setActor(clip(actor, DomainLimits.PRINCIPAL_BYTES_MAX))
                .setCredential(clip(credential, DomainLimits.PRINCIPAL_BYTES_MAX))
                .setVerb(clip(row.verb, DomainLimits.TEXT_BYTES_MAX))
                .setCode(code)
                .setMessage(clip(row.message, DomainLimits.DENIAL_MESSAGE_BYTES_MAX))
                .setCount(row.count)
                .setFirstAt(time(row.firstMs))
                .setLastAt(time(row.lastMs))
                .setNode(node)
                .build();
    }

    private static Timestamp time(long ms) {
        return Times.timestamp(ms);
    }

    /** Printable, and at most so many bytes of UTF-8. */
    static String clip(String text, int bytesMax) {
        StringBuilder clipped = new StringBuilder();
        int bytes = 0;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int point = text.codePointAt(at);
            if (Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE) {
                point = ' ';
            }
            bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (bytes > bytesMax) {
                break;
            }
            clipped.appendCodePoint(point);
        }
        return clipped.toString();
    }
}
