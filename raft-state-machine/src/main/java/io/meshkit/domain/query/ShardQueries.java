package io.meshkit.domain.query;

import static io.meshkit.domain.records.ShardKind.SHARD;

import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.ShardKind;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.KeyReader;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.GetShardRequest;
import io.meshkit.v1.GetShardResponse;
import io.meshkit.v1.ListShardHistoryRequest;
import io.meshkit.v1.ListShardHistoryResponse;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardHistory;
import java.util.List;
import java.util.function.Predicate;

/** Reading shards and their history. */
public final class ShardQueries {
    private static final SortFields<Shard> SORT_FIELDS = SortFields.<Shard>withKey("namespace", "shardId")
            .text("namespace", Shard::getNamespace)
            .text("shardId", Shard::getShardId)
            .text("ownerNodeId", Shard::getOwnerNodeId)
            .text("leaderId", Shard::getLeaderId)
            .text("strategyId", Shard::getStrategyId)
            .number("status", Shard::getStatusValue)
            .real("capacityHint", Shard::getCapacityHint)
            .number("ownerEpoch", Shard::getOwnerEpoch)
            .meta(Shard::getMeta);

    private ShardQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(
                new QueryHandler<>(GetShardRequest.getDefaultInstance(), ShardQueries::get),
                new QueryHandler<>(ListShardsRequest.getDefaultInstance(), ShardQueries::list),
                new QueryHandler<>(ListShardHistoryRequest.getDefaultInstance(), ShardQueries::history));
    }

    private static QueryResult get(StoreView view, GetShardRequest request, Check check) {
        check.id("namespace", request.getNamespace()).id("shardId", request.getShardId());
        return Gets.answer(
                view,
                check,
                () -> SHARD.ref(request.getNamespace(), request.getShardId()),
                GetShardResponse.getDefaultInstance());
    }

    private static QueryResult list(StoreView view, ListShardsRequest request, Check check) {
        Predicate<Shard> filter = filter(request, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        Sorting<Shard> sorting = Sorting.parse(request.getOrderBy(), SORT_FIELDS, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        return new RecordList<>(
                        SHARD,
                        range(request),
                        ShardQueries::byOwner,
                        Filters.isNone(request, "namespace", "owner_node_id") ? Filters.all() : filter,
                        sorting)
                .answer(view, request, request.getPage(), ListShardsResponse.newBuilder(), check);
    }

    /** What of the request tells shards apart. */
    static Predicate<Shard> filter(ListShardsRequest request, Check check) {
        check.optionalId("namespace", request.getNamespace()).optionalId("ownerNodeId", request.getOwnerNodeId());
        Filters.known("statuses", request.getStatusesList(), check);
        String search = Filters.search(request.getSearch(), check);
        LabelSelector selector = LabelSelector.parse("labelSelector", request.getLabelSelector(), check);
        return shard -> Filters.equal(request.getNamespace(), shard.getNamespace())
                && Filters.equal(request.getOwnerNodeId(), shard.getOwnerNodeId())
                && Filters.oneOf(request.getStatusesList(), shard.getStatus())
                && Filters.within(search, shard.getShardId())
                && selector.matches(shard.getMeta().getLabelsMap());
    }

    /** The narrowest range that holds what is asked for; always in order of namespace and shard id. */
    private static Range range(ListShardsRequest request) {
        String owner = request.getOwnerNodeId();
        String namespace = request.getNamespace();
        if (!owner.isEmpty()) {
            return Range.prefix(
                    Tables.INDEX,
                    namespace.isEmpty() ? ShardKind.byOwnerPrefix(owner) : ShardKind.byOwnerPrefix(owner, namespace));
        }
        return namespace.isEmpty()
                ? Range.kind(RowKeys.SHARD)
                : Range.prefix(Tables.RECORDS, ShardKind.namespacePrefix(namespace));
    }

    /** What a row of the index by owner leads to. */
    private static RecordRef<Shard> byOwner(KeyReader key) {
        key.text();
        return SHARD.ref(key.text(), key.text());
    }

    private static QueryResult history(StoreView view, ListShardHistoryRequest request, Check check) {
        check.id("namespace", request.getNamespace()).id("shardId", request.getShardId());
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        Range range =
                Range.prefix(Tables.HISTORY, ShardKind.historyPrefix(request.getNamespace(), request.getShardId()));
        Pages pages = Pages.of(view, request, request.getPage(), range, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        if (isEmpty(view, range)) {
            return new QueryResult.Refused(
                    Errors.notFound("shard", request.getNamespace() + "/" + request.getShardId()));
        }
        Pages.Page<ShardHistory> page = pages.read(view, (key, value) -> Bytes.parse(ShardHistory.parser(), value));
        return new QueryResult.Answered(ListShardHistoryResponse.newBuilder()
                .addAllHistory(page.items())
                .setNextCursor(page.nextCursor())
                .build());
    }

    private static boolean isEmpty(StoreView view, Range range) {
        try (Cursor cursor = range.scan(view)) {
            return !cursor.next();
        }
    }
}
