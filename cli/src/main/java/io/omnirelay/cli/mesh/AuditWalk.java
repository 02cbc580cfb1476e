package io.omnirelay.cli.mesh;

import io.grpc.MethodDescriptor;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.CountAuditRequest;
import io.meshkit.v1.CountAuditResponse;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListAuditResponse;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import java.util.function.Predicate;

/**
 * Reads the audit history from one revision to another, each revision once, none left out.
 *
 * <p>Each page is a list of its own, from where the one before ended: the history never changes, so that no cursor is
 * needed that could get too old on the way through ten million entries.
 */
final class AuditWalk {
    private static final int PAGE_SIZE = 500;

    private final Session session;

    AuditWalk(Session session) {
        this.session = session;
    }

    /** How many entries there are, and the revision of the oldest. */
    CountAuditResponse count() {
        return session.call(AuditServiceGrpc.getCountAuditMethod(), CountAuditRequest.getDefaultInstance());
    }

    /** The newest revision; 0 if there is none. */
    static long newest(CountAuditResponse count) {
        return count.getEntries() == 0 ? 0 : count.getOldestRevision() + count.getEntries() - 1;
    }

    /** @param to inclusive; less than {@code from} if there are none */
    record Revisions(long from, long to) {}

    /** The revisions that are kept and within the times of the filter. */
    Revisions within(ListAuditRequest filter, CountAuditResponse count) {
        long newest = newest(count);
        long from = Math.max(1, count.getOldestRevision());
        if (!filter.hasSince() && !filter.hasUntil()) {
            return new Revisions(from, newest);
        }
        ListAuditRequest.Builder one = ListAuditRequest.newBuilder()
                .setPage(PageRequest.newBuilder().setSize(1))
                .setFromRevision(from)
                .setToRevision(newest);
        if (filter.hasSince()) {
            one.setSince(filter.getSince());
        }
        if (filter.hasUntil()) {
            one.setUntil(filter.getUntil());
        }
        if (newest == 0) {
            return new Revisions(1, 0);
        }
        ListAuditResponse first = session.call(AuditServiceGrpc.getListAuditMethod(), one.build());
        ListAuditResponse last = session.call(
                AuditServiceGrpc.getListAuditMethod(), one.setDescending(true).build());
        return first.getEntriesCount() == 0 || last.getEntriesCount() == 0
                ? new Revisions(1, 0)
                : new Revisions(
                        first.getEntries(0).getRevision(), last.getEntries(0).getRevision());
    }

    /**
     * Gives every entry to the reader, in order, until it has had enough.
     *
     * @param to inclusive; some node has it
     * @throws RegistryException COMPACTED if entries have gone meanwhile, CORRUPTION if one is missing
     */
    void each(long from, long to, Predicate<AuditEntry> reader) {
        long next = from;
        while (next <= to) {
            ListAuditResponse page = page(next, to);
            if (page.getEntriesCount() == 0) {
                throw missing(next);
            }
            for (AuditEntry entry : page.getEntriesList()) {
                if (entry.getRevision() != next) {
                    throw missing(next);
                }
                if (!reader.test(entry)) {
                    return;
                }
                next++;
            }
        }
    }

    private ListAuditResponse page(long from, long to) {
        MethodDescriptor<ListAuditRequest, ListAuditResponse> list = AuditServiceGrpc.getListAuditMethod();
        ListAuditRequest request = ListAuditRequest.newBuilder()
                // Whatever was asked for: a node that lags behind would seem to have lost entries.
                .setRead(ReadOptions.newBuilder()
                        .setLevel(ReadLevel.READ_LEVEL_AT_LEAST)
                        .setMinRevision(to))
                .setPage(PageRequest.newBuilder().setSize(PAGE_SIZE))
                .setFromRevision(from)
                .setToRevision(to)
                .build();
        return session.client().call(list, request, session.settings());
    }

    private RegistryException missing(long revision) {
        long oldest = count().getOldestRevision();
        return oldest > revision
                ? RegistryException.of(
                        ErrorCode.COMPACTED,
                        "audit entry " + revision + " is no longer kept",
                        "The oldest kept is " + oldest + ".")
                : RegistryException.of(
                        ErrorCode.CORRUPTION,
                        "the audit history has no entry of revision " + revision,
                        "Compare the nodes: omnirelay quorum hash.");
    }
}
