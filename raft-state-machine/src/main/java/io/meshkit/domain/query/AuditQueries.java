package io.meshkit.domain.query;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.StateRows;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.RecordKinds;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreView;
import io.meshkit.storage.Table;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditOutcome;
import io.meshkit.v1.CountAuditRequest;
import io.meshkit.v1.CountAuditResponse;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.GetAuditEntryRequest;
import io.meshkit.v1.GetAuditEntryResponse;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListAuditResponse;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.StateRow;
import java.util.List;

/** Reading the audit history. One entry per revision, none missing between the oldest kept and the newest. */
public final class AuditQueries {
    private static final List<String> KINDS = RecordKinds.names();

    private AuditQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(
                new QueryHandler<>(GetAuditEntryRequest.getDefaultInstance(), AuditQueries::get),
                new QueryHandler<>(ListAuditRequest.getDefaultInstance(), AuditQueries::list),
                new QueryHandler<>(CountAuditRequest.getDefaultInstance(), AuditQueries::count));
    }

    private static QueryResult get(StoreView view, GetAuditEntryRequest request, Check check) {
        long revision = request.getRevision();
        check.that(revision > 0, "revision", "revision is " + revision, "a revision ≥ 1");
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        StateRow state = StateRows.read(view);
        if (revision < oldest(state)) {
            return new QueryResult.Refused(RegistryException.detail(
                            ErrorCode.COMPACTED,
                            "audit entry " + revision + " is no longer kept",
                            "the oldest kept is " + oldest(state))
                    .setCurrentRevision(state.getRevision())
                    .setLowWatermarkRevision(oldest(state))
                    .build());
        }
        AuditEntry entry = Journal.get(view, revision);
        return entry == null
                ? new QueryResult.Refused(Errors.notFound("audit entry", Long.toString(revision)))
                : new QueryResult.Answered(
                        GetAuditEntryResponse.newBuilder().setEntry(entry).build());
    }

    private static QueryResult list(StoreView view, ListAuditRequest request, Check check) {
        check(request, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        Range range = range(request, AuditTimes.revisions(view, request));
        Pages pages = Pages.of(view, request, request.getPage(), range, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        Pages.Page<AuditEntry> page = pages.read(view, (key, value) -> {
            AuditEntry entry = read(view, range.table(), key, value);
            return matches(request, entry) ? entry : null;
        });
        return new QueryResult.Answered(ListAuditResponse.newBuilder()
                .addAllEntries(page.items())
                .setNextCursor(page.nextCursor())
                .build());
    }

    private static QueryResult count(StoreView view, CountAuditRequest request, Check check) {
        StateRow state = StateRows.read(view);
        long entries = state.getRevision() - oldest(state) + 1;
        return new QueryResult.Answered(CountAuditResponse.newBuilder()
                .setEntries(entries)
                .setOldestRevision(entries == 0 ? 0 : oldest(state))
                .build());
    }

    private static void check(ListAuditRequest request, Check check) {
        long from = request.getFromRevision();
        long to = request.getToRevision();
        AuditTimes.check(request, check);
        check.that(
                        request.getKind().isEmpty() || KINDS.contains(request.getKind()),
                        "kind",
                        "unknown kind " + Check.shown(request.getKind()),
                        String.join(", ", KINDS))
                .that(
                        request.getName().isEmpty() || !request.getKind().isEmpty(),
                        "name",
                        "a name without a kind",
                        "name the kind too")
                .that(from >= 0, "fromRevision", "from revision is " + from, "a revision ≥ 1, or 0")
                .that(to >= 0, "toRevision", "to revision is " + to, "a revision ≥ 1, or 0")
                .that(to == 0 || from <= to, "toRevision", from + " comes after " + to, "from ≤ to")
                .knownOrUnset("outcome", request.getOutcome())
                .text("name", request.getName(), 2 * DomainLimits.ID_MAX + 1)
                .text("requestId", request.getRequestId(), DomainLimits.REQUEST_ID_MAX);
    }

    /** By the index of the request id or the record if one is asked for, else along the journal. */
    private static Range range(ListAuditRequest request, AuditTimes.Revisions ofTime) {
        byte[] prefix = new byte[0];
        if (!request.getRequestId().isEmpty()) {
            prefix = RowKeys.auditByRequestPrefix(request.getRequestId());
        } else if (!request.getName().isEmpty()) {
            prefix = RowKeys.auditByRecordPrefix(request.getKind(), request.getName());
        }
        long from = Math.max(request.getFromRevision(), ofTime.from());
        long to = request.getToRevision() == 0 ? Long.MAX_VALUE : request.getToRevision() + 1;
        to = Math.max(from, Math.min(to, ofTime.to()));
        return new Range(
                prefix.length == 0 ? Tables.JOURNAL : Tables.INDEX,
                RowKeys.withRevision(prefix, from),
                RowKeys.withRevision(prefix, to),
                request.getDescending());
    }

    private static AuditEntry read(StoreView view, Table table, byte[] key, byte[] value) {
        if (table.equals(Tables.JOURNAL)) {
            return Bytes.parse(AuditEntry.parser(), value);
        }
        long revision = RowKeys.revisionOf(key);
        AuditEntry entry = Journal.get(view, revision);
        if (entry == null) {
            throw new StorageException("an index leads to the missing audit entry " + revision);
        }
        return entry;
    }

    private static boolean matches(ListAuditRequest request, AuditEntry entry) {
        return isOf(request.getOutcome(), entry)
                && (isBy(request, entry.getActor(), entry.getVerb()) || isDenied(request, entry))
                && Filters.equal(request.getRequestId(), entry.getRequestId())
                && Filters.equal(request.getChangeTicket(), entry.getChangeTicket())
                && (request.getKind().isEmpty() || concerns(request, entry));
    }

    private static boolean isOf(AuditOutcome outcome, AuditEntry entry) {
        return switch (outcome) {
            case AUDIT_OUTCOME_APPLIED -> entry.getDeniedCount() == 0;
            case AUDIT_OUTCOME_DENIED -> entry.getDeniedCount() > 0;
            case AUDIT_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> true;
        };
    }

    private static boolean isBy(ListAuditRequest request, String actor, String verb) {
        return Filters.equal(request.getActor(), actor) && Filters.equal(request.getVerb(), verb);
    }

    private static boolean isDenied(ListAuditRequest request, AuditEntry entry) {
        for (DeniedAttempt attempt : entry.getDeniedList()) {
            if (isBy(request, attempt.getActor(), attempt.getVerb())) {
                return true;
            }
        }
        return false;
    }

    private static boolean concerns(ListAuditRequest request, AuditEntry entry) {
        for (RecordChange change : entry.getChangesList()) {
            if (change.getKind().equals(request.getKind()) && Filters.equal(request.getName(), change.getName())) {
                return true;
            }
        }
        return false;
    }

    private static long oldest(StateRow state) {
        return StateRows.oldestKept(state);
    }
}
