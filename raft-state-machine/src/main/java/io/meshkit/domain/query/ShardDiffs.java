package io.meshkit.domain.query;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.StateRows;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.ShardKind;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.DiffShardsRequest;
import io.meshkit.v1.DiffShardsResponse;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardDiff;
import io.meshkit.v1.ShardHistory;
import io.meshkit.v1.StateRow;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What became of shards between two revisions, read from the journal. */
public final class ShardDiffs {
    private ShardDiffs() {}

    public static List<QueryHandler<?>> all() {
        return List.of(new QueryHandler<>(DiffShardsRequest.getDefaultInstance(), ShardDiffs::diff));
    }

    /** A page is counted in revisions: all changes of one come together. */
    private static QueryResult diff(StoreView view, DiffShardsRequest request, Check check) {
        StateRow state = StateRows.read(view);
        long from = request.getFromVersion();
        long to = request.getToVersion() == 0 ? state.getRevision() : request.getToVersion();
        check.that(from >= 0, "fromVersion", "from version is " + from, "a revision ≥ 1, or 0")
                .that(to >= 0, "toVersion", "to version is " + to, "a revision ≥ 1, or 0")
                .that(
                        to <= state.getRevision(),
                        "toVersion",
                        "to version " + to + " is newer than the registry's revision " + state.getRevision(),
                        "0 for the newest")
                .that(from <= to, "fromVersion", from + " comes after " + to, "from ≤ to");
        Predicate<Shard> filter = ShardQueries.filter(filterOf(request), check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        long oldest = StateRows.oldestKept(state);
        if (from > 0 && from + 1 < oldest) {
            return new QueryResult.Refused(RegistryException.detail(
                            ErrorCode.COMPACTED,
                            "the changes after revision " + from + " are no longer all kept",
                            "list the shards, and ask from that list's revision on")
                    .setCurrentRevision(state.getRevision())
                    .setLowWatermarkRevision(oldest)
                    .build());
        }
        Range range = new Range(Tables.JOURNAL, RowKeys.journal(from + 1), RowKeys.journal(to + 1), false);
        Pages pages = Pages.of(view, request, request.getPage(), range, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        Pages.Page<DiffShardsResponse> page =
                pages.read(view, (key, value) -> ofRevision(view, filter, Bytes.parse(AuditEntry.parser(), value)));
        DiffShardsResponse.Builder response = DiffShardsResponse.newBuilder().setNextCursor(page.nextCursor());
        page.items().forEach(item -> response.addAllDiffs(item.getDiffsList()));
        return new QueryResult.Answered(response.setLastPosition(
                        page.nextCursor().isEmpty()
                                ? to
                                : response.getDiffs(response.getDiffsCount() - 1)
                                        .getPosition())
                .build());
    }

    private static ListShardsRequest filterOf(DiffShardsRequest request) {
        return ListShardsRequest.newBuilder()
                .setNamespace(request.getNamespace())
                .setOwnerNodeId(request.getOwnerNodeId())
                .addAllStatuses(request.getStatusesList())
                .setSearch(request.getSearch())
                .setLabelSelector(request.getLabelSelector())
                .build();
    }

    private static @Nullable DiffShardsResponse ofRevision(StoreView view, Predicate<Shard> filter, AuditEntry entry) {
        DiffShardsResponse.Builder diffs = DiffShardsResponse.newBuilder();
        for (RecordChange change : entry.getChangesList()) {
            boolean before = change.getBefore().hasShard()
                    && filter.test(change.getBefore().getShard());
            boolean after = change.getAfter().hasShard()
                    && filter.test(change.getAfter().getShard());
            if (before || after) {
                diffs.addDiffs(diff(view, entry.getRevision(), change));
            }
        }
        return diffs.getDiffsCount() == 0 ? null : diffs.build();
    }

    private static ShardDiff diff(StoreView view, long revision, RecordChange change) {
        ShardDiff.Builder diff = ShardDiff.newBuilder().setPosition(revision);
        if (change.hasBefore()) {
            diff.setPrevious(change.getBefore().getShard());
        }
        if (change.hasAfter()) {
            diff.setCurrent(change.getAfter().getShard());
        }
        Shard shard = change.hasAfter()
                ? change.getAfter().getShard()
                : change.getBefore().getShard();
        byte[] prefix = ShardKind.historyPrefix(shard.getNamespace(), shard.getShardId());
        byte[] row = view.get(Tables.HISTORY, RowKeys.withRevision(prefix, revision));
        if (row != null) {
            diff.setHistory(Bytes.parse(ShardHistory.parser(), row));
        }
        return diff.build();
    }
}
