package io.meshkit.domain.query;

import static io.meshkit.domain.records.ClusterKind.CLUSTER;

import io.meshkit.domain.QueryResult;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.GetClusterRequest;
import io.meshkit.v1.GetClusterResponse;
import io.meshkit.v1.ListClustersRequest;
import io.meshkit.v1.ListClustersResponse;
import java.util.List;
import java.util.function.Predicate;

/** Reading clusters. */
public final class ClusterQueries {
    private static final SortFields<Cluster> SORT_FIELDS = SortFields.<Cluster>withKey("id")
            .text("id", Cluster::getId)
            .text("region", Cluster::getRegion)
            .number("state", Cluster::getStateValue)
            .number("priority", Cluster::getPriority)
            .meta(Cluster::getMeta);

    private ClusterQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(
                new QueryHandler<>(GetClusterRequest.getDefaultInstance(), ClusterQueries::get),
                new QueryHandler<>(ListClustersRequest.getDefaultInstance(), ClusterQueries::list));
    }

    private static QueryResult get(StoreView view, GetClusterRequest request, Check check) {
        check.id("id", request.getId());
        return Gets.answer(view, check, () -> CLUSTER.ref(request.getId()), GetClusterResponse.getDefaultInstance());
    }

    private static QueryResult list(StoreView view, ListClustersRequest request, Check check) {
        Predicate<Cluster> filter = filter(request, check);
        Sorting<Cluster> sorting = Sorting.parse(request.getOrderBy(), SORT_FIELDS, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        return new RecordList<>(
                        CLUSTER,
                        Range.kind(RowKeys.CLUSTER),
                        RecordList::ofNoIndex,
                        Filters.isNone(request) ? Filters.all() : filter,
                        sorting)
                .answer(
                        view,
                        request,
                        request.getPage(),
                        ListClustersResponse.newBuilder().setFailoverEpoch(StateMeta.failoverEpoch(view)),
                        check);
    }

    /** What of the request tells clusters apart. */
    static Predicate<Cluster> filter(ListClustersRequest request, Check check) {
        Filters.known("states", request.getStatesList(), check);
        String search = Filters.search(request.getSearch(), check);
        LabelSelector selector = LabelSelector.parse("labelSelector", request.getLabelSelector(), check);
        return cluster -> Filters.oneOf(request.getStatesList(), cluster.getState())
                && Filters.equal(request.getRegion(), cluster.getRegion())
                && Filters.within(search, cluster.getId())
                && selector.matches(cluster.getMeta().getLabelsMap());
    }
}
