package io.meshkit.domain.query;

import static io.meshkit.domain.records.ConfigKind.CONFIG;

import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.GetConfigRequest;
import io.meshkit.v1.GetConfigResponse;
import io.meshkit.v1.ListConfigRequest;
import io.meshkit.v1.ListConfigResponse;
import java.util.List;
import java.util.function.Predicate;

/** Reading config documents. */
public final class ConfigQueries {
    private static final SortFields<ConfigDocument> SORT_FIELDS = SortFields.<ConfigDocument>withKey("name")
            .text("name", ConfigDocument::getName)
            .meta(ConfigDocument::getMeta);

    private ConfigQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(
                new QueryHandler<>(GetConfigRequest.getDefaultInstance(), ConfigQueries::get),
                new QueryHandler<>(ListConfigRequest.getDefaultInstance(), ConfigQueries::list));
    }

    private static QueryResult get(StoreView view, GetConfigRequest request, Check check) {
        check.optionalId("name", request.getName());
        return Gets.answer(
                view, check, () -> CONFIG.refOrMesh(request.getName()), GetConfigResponse.getDefaultInstance());
    }

    private static QueryResult list(StoreView view, ListConfigRequest request, Check check) {
        Predicate<ConfigDocument> filter = filter(request, check);
        Sorting<ConfigDocument> sorting = Sorting.parse(request.getOrderBy(), SORT_FIELDS, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        return new RecordList<>(
                        CONFIG,
                        Range.kind(RowKeys.CONFIG),
                        RecordList::ofNoIndex,
                        Filters.isNone(request) ? Filters.all() : filter,
                        sorting)
                .answer(view, request, request.getPage(), ListConfigResponse.newBuilder(), check);
    }

    /** What of the request tells documents apart. */
    static Predicate<ConfigDocument> filter(ListConfigRequest request, Check check) {
        String search = Filters.search(request.getSearch(), check);
        return config -> Filters.within(search, config.getName());
    }
}
