package io.meshkit.domain.query;

import static io.meshkit.domain.records.PeerKind.PEER;

import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.PeerKind;
import io.meshkit.storage.KeyReader;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListPeersResponse;
import io.meshkit.v1.Peer;
import java.util.List;
import java.util.function.Predicate;

/** Reading peers. */
public final class PeerQueries {
    private static final SortFields<Peer> SORT_FIELDS = SortFields.<Peer>withKey("id")
            .text("id", Peer::getId)
            .text("role", Peer::getRole)
            .text("clusterId", Peer::getClusterId)
            .text("region", Peer::getRegion)
            .text("zone", Peer::getZone)
            .text("meshVersion", Peer::getMeshVersion)
            .number("status", Peer::getStatusValue)
            .number("adminState", Peer::getAdminStateValue)
            .meta(Peer::getMeta);

    private PeerQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(
                new QueryHandler<>(GetPeerRequest.getDefaultInstance(), PeerQueries::get),
                new QueryHandler<>(ListPeersRequest.getDefaultInstance(), PeerQueries::list));
    }

    private static QueryResult get(StoreView view, GetPeerRequest request, Check check) {
        check.id("id", request.getId());
        return Gets.answer(view, check, () -> PEER.ref(request.getId()), GetPeerResponse.getDefaultInstance());
    }

    private static QueryResult list(StoreView view, ListPeersRequest request, Check check) {
        Predicate<Peer> filter = filter(request, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        Sorting<Peer> sorting = Sorting.parse(request.getOrderBy(), SORT_FIELDS, check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        return new RecordList<>(
                        PEER,
                        range(request.getClusterId()),
                        PeerQueries::ofCluster,
                        Filters.isNone(request, "cluster_id") ? Filters.all() : filter,
                        sorting)
                .answer(view, request, request.getPage(), ListPeersResponse.newBuilder(), check);
    }

    /** What of the request tells peers apart. */
    static Predicate<Peer> filter(ListPeersRequest request, Check check) {
        Filters.known("statuses", request.getStatusesList(), check);
        Filters.known("adminStates", request.getAdminStatesList(), check);
        check.optionalId("clusterId", request.getClusterId());
        String search = Filters.search(request.getSearch(), check);
        LabelSelector selector = LabelSelector.parse("labelSelector", request.getLabelSelector(), check);
        return peer -> Filters.oneOf(request.getStatusesList(), peer.getStatus())
                && Filters.oneOf(request.getAdminStatesList(), peer.getAdminState())
                && Filters.equal(request.getRole(), peer.getRole())
                && Filters.equal(request.getClusterId(), peer.getClusterId())
                && Filters.equal(request.getRegion(), peer.getRegion())
                && Filters.within(search, peer.getId())
                && selector.matches(peer.getMeta().getLabelsMap());
    }

    /** All peers, or those of a cluster by its index; in both cases in order of id. */
    static Range range(String clusterId) {
        return clusterId.isEmpty()
                ? Range.kind(RowKeys.PEER)
                : Range.prefix(Tables.INDEX, PeerKind.byClusterPrefix(clusterId));
    }

    /** The peer of a row of such a range. */
    static Peer read(StoreView view, String clusterId, byte[] key, byte[] value) {
        if (clusterId.isEmpty()) {
            return Bytes.parse(Peer.parser(), value);
        }
        KeyReader reader = new KeyReader(key);
        reader.tag();
        return Gets.indexed(view, ofCluster(reader));
    }

    /** What a row of the index by cluster leads to. */
    private static RecordRef<Peer> ofCluster(KeyReader key) {
        key.text();
        return PEER.ref(key.text());
    }
}
