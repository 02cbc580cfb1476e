package io.meshkit.domain.query;

import static io.meshkit.domain.records.LeadershipKind.LEADERSHIP;

import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.GetLeadershipRequest;
import io.meshkit.v1.GetLeadershipResponse;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.ListLeadershipsRequest;
import io.meshkit.v1.ListLeadershipsResponse;
import java.util.List;
import java.util.function.Predicate;

/** Reading leadership scopes. */
public final class LeadershipQueries {
    private static final SortFields<Leadership> SORT_FIELDS = SortFields.<Leadership>withKey("scope")
            .text("scope", Leadership::getScope)
            .text("kind", Leadership::getKind)
            .text("leaderId", Leadership::getLeaderId)
            .number("term", Leadership::getTerm)
            .number("fencingToken", Leadership::getFencingToken)
            .time("issuedAt", Leadership::getIssuedAt)
            .meta(Leadership::getMeta);

    private LeadershipQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(
                new QueryHandler<>(GetLeadershipRequest.getDefaultInstance(), LeadershipQueries::get),
                new QueryHandler<>(ListLeadershipsRequest.getDefaultInstance(), LeadershipQueries::list));
    }

    private static QueryResult get(StoreView view, GetLeadershipRequest request, Check check) {
        check.id("scope", request.getScope());
        return Gets.answer(
                view, check, () -> LEADERSHIP.ref(request.getScope()), GetLeadershipResponse.getDefaultInstance());
    }

    private static QueryResult list(StoreView view, ListLeadershipsRequest request, Check check) {
        Predicate<Leadership> filter = filter(request, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        Sorting<Leadership> sorting = Sorting.parse(request.getOrderBy(), SORT_FIELDS, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        return new RecordList<>(
                        LEADERSHIP,
                        Range.kind(RowKeys.LEADERSHIP),
                        RecordList::ofNoIndex,
                        Filters.isNone(request) ? Filters.all() : filter,
                        sorting)
                .answer(view, request, request.getPage(), ListLeadershipsResponse.newBuilder(), check);
    }

    /** What of the request tells scopes apart. */
    static Predicate<Leadership> filter(ListLeadershipsRequest request, Check check) {
        String search = Filters.search(request.getSearch(), check);
        LabelSelector selector = LabelSelector.parse("labelSelector", request.getLabelSelector(), check);
        return scope -> Filters.equal(request.getKind(), scope.getKind())
                && Filters.equal(request.getLeaderId(), scope.getLeaderId())
                && Filters.within(search, scope.getScope())
                && selector.matches(scope.getLeaderLabelsMap());
    }
}
