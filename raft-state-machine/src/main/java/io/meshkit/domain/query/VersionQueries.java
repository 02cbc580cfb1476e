package io.meshkit.domain.query;

import static io.meshkit.domain.records.PeerKind.PEER;

import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.GetVersionsRequest;
import io.meshkit.v1.GetVersionsResponse;
import io.meshkit.v1.ListVersionsRequest;
import io.meshkit.v1.ListVersionsResponse;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerVersions;
import io.meshkit.v1.SummarizeVersionsRequest;
import io.meshkit.v1.SummarizeVersionsResponse;
import io.meshkit.v1.VersionCount;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the peers speak: derived from their records. */
public final class VersionQueries {
    private static final SortFields<PeerVersions> SORT_FIELDS = SortFields.<PeerVersions>withKey("peerId")
            .text("peerId", PeerVersions::getPeerId)
            .text("role", PeerVersions::getRole)
            .text("clusterId", PeerVersions::getClusterId)
            .text("meshVersion", PeerVersions::getMeshVersion);

    private VersionQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(
                new QueryHandler<>(GetVersionsRequest.getDefaultInstance(), VersionQueries::get),
                new QueryHandler<>(ListVersionsRequest.getDefaultInstance(), VersionQueries::list),
                new QueryHandler<>(SummarizeVersionsRequest.getDefaultInstance(), VersionQueries::summarize));
    }

    private static QueryResult get(StoreView view, GetVersionsRequest request, Check check) {
        check.id("peerId", request.getPeerId());
        return Gets.answer(
                view,
                check,
                () -> PEER.ref(request.getPeerId()),
                peer -> GetVersionsResponse.newBuilder()
                        .setVersions(versions(peer))
                        .build());
    }

    private static QueryResult list(StoreView view, ListVersionsRequest request, Check check) {
        check.optionalId("clusterId", request.getClusterId());
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        Sorting<PeerVersions> sorting = Sorting.parse(request.getOrderBy(), SORT_FIELDS, check);
        Pages pages = Pages.of(view, request, request.getPage(), PeerQueries.range(request.getClusterId()), check);
        if (!check.isClean()) {
            return Gets.refused(check);
        }
        Pages.Page<PeerVersions> page = pages.read(
                view,
                (key, value) -> {
                    Peer peer = PeerQueries.read(view, request.getClusterId(), key, value);
                    boolean matches = Filters.equal(request.getMeshVersion(), peer.getMeshVersion())
                            && Filters.equal(request.getRole(), peer.getRole());
                    return matches ? versions(peer) : null;
                },
                sorting);
        return new QueryResult.Answered(ListVersionsResponse.newBuilder()
                .addAllVersions(page.items())
                .setNextCursor(page.nextCursor())
                .build());
    }

    private static QueryResult summarize(StoreView view, SummarizeVersionsRequest request, Check check) {
        long peers = 0;
        TreeMap<String, Long> mesh = new TreeMap<>();
        TreeMap<String, Long> wire = new TreeMap<>();
        TreeMap<String, Long> api = new TreeMap<>();
        try (Cursor cursor = Range.kind(RowKeys.PEER).scan(view)) {
            while (cursor.next()) {
                Peer peer = Bytes.parse(Peer.parser(), cursor.value());
                peers++;
                mesh.merge(peer.getMeshVersion(), 1L, Long::sum);
                countOnce(wire, peer.getWireVersionsList());
                countOnce(api, peer.getApiVersionsList());
            }
        }
        return new QueryResult.Answered(SummarizeVersionsResponse.newBuilder()
                .setPeers(peers)
                .addAllMeshVersions(counts(mesh))
                .addAllWireVersions(counts(wire))
                .addAllApiVersions(counts(api))
                .addAllCommonWireVersions(spokenBy(peers, wire))
                .addAllCommonApiVersions(spokenBy(peers, api))
                .build());
    }

    private static PeerVersions versions(Peer peer) {
        return PeerVersions.newBuilder()
                .setPeerId(peer.getId())
                .setRole(peer.getRole())
                .setClusterId(peer.getClusterId())
                .setMeshVersion(peer.getMeshVersion())
                .addAllWireVersions(peer.getWireVersionsList())
                .addAllApiVersions(peer.getApiVersionsList())
                .addAllCapabilities(peer.getCapabilitiesList())
                .build();
    }

    /** A peer that names a version twice still speaks it once. */
    private static void countOnce(TreeMap<String, Long> counts, List<String> versions) {
        for (String version : new TreeSet<>(versions)) {
            counts.merge(version, 1L, Long::sum);
        }
    }

    private static List<VersionCount> counts(TreeMap<String, Long> counts) {
        return counts.entrySet().stream()
                .map(count -> VersionCount.newBuilder()
                        .setVersion(count.getKey())
                        .setPeers(count.getValue())
                        .build())
                .toList();
    }

    private static List<String> spokenBy(long peers, TreeMap<String, Long> counts) {
        return counts.entrySet().stream()
                .filter(count -> count.getValue() == peers)
                .map(Map.Entry::getKey)
                .toList();
    }
}
