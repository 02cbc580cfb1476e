package io.meshkit.domain.query;

import com.google.protobuf.Timestamp;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.domain.kernel.StateRows;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.StateRow;

/**
 * From a time to a revision. Log time never goes back, so the entries are in order of their time, too, and the first
 * one at or after a time is found by halving.
 */
final class AuditTimes {
    /** 9999-12-31T23:59:59Z. */
    private static final long SECONDS_MAX = 253_402_300_799L;

    private AuditTimes() {}

    /** @param to exclusive */
    record Revisions(long from, long to) {}

    static void check(ListAuditRequest request, Check check) {
        time("since", request.getSince(), check);
        time("until", request.getUntil(), check);
        check.that(
                !request.hasSince() || !request.hasUntil() || compare(request.getSince(), request.getUntil()) <= 0,
                "until",
                "until is before since",
                "since ≤ until");
    }

    private static void time(String field, Timestamp time, Check check) {
        boolean holds = time.getSeconds() >= 0
                && time.getSeconds() <= SECONDS_MAX
                && time.getNanos() >= 0
                && time.getNanos() <= 999_999_999;
        check.that(holds, field, field + " is no time from 1970 to 9999", "for example 2027-01-31T12:00:00Z");
    }

    /** The revisions within the times that the request names. */
    static Revisions revisions(StoreView view, ListAuditRequest request) {
        long from = request.hasSince() ? firstAtOrAfter(view, request.getSince()) : 0;
        long to = request.hasUntil() ? firstAtOrAfter(view, request.getUntil()) : Long.MAX_VALUE;
        return new Revisions(from, to);
    }

    /** One more than the newest revision if there is none. */
    private static long firstAtOrAfter(StoreView view, Timestamp time) {
        StateRow state = StateRows.read(view);
        long low = StateRows.oldestKept(state);
        long high = state.getRevision() + 1;
        while (low < high) {
            long middle = low + (high - low) / 2;
            AuditEntry entry = Journal.get(view, middle);
            if (entry == null) {
                throw new StorageException("the audit history has no entry of revision " + middle);
            }
            if (compare(entry.getTime(), time) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static int compare(Timestamp one, Timestamp other) {
        int bySeconds = Long.compare(one.getSeconds(), other.getSeconds());
        return bySeconds != 0 ? bySeconds : Integer.compare(one.getNanos(), other.getNanos());
    }
}
