package io.meshkit.domain;

import static io.meshkit.domain.records.ShardKind.SHARD;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.storage.WriteBatch;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.ListConfigRequest;
import io.meshkit.v1.ListConfigResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListPeersResponse;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.ListVersionsRequest;
import io.meshkit.v1.ListVersionsResponse;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerVersions;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.UpsertShardRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists in another order than that of their keys. */
class SortingTest {
    private final Registry registry = new Registry();

    @AfterEach
    void close() {
        registry.close();
    }

    private void peer(String id, String region, String role) {
        assertThat(registry.mutate(RegisterPeerRequest.newBuilder()
                                .setPeer(Peer.newBuilder()
                                        .setId(id)
                                        .setRegion(region)
                                        .setRole(role))
                                .build())
                        .isRejected())
                .isFalse();
    }

    private static UpsertShardRequest shard(String id, String owner, double capacity) {
        return Make.upsert(Shard.newBuilder()
                .setNamespace("n")
                .setShardId(id)
                .setStrategyId("rendezvous")
                .setOwnerNodeId(owner)
                .setCapacityHint(capacity)
                .build());
    }

    private static ListPeersRequest peers(String orderBy, int size, String cursor) {
        return ListPeersRequest.newBuilder()
                .setOrderBy(orderBy)
                .setPage(PageRequest.newBuilder().setSize(size).setCursor(cursor))
                .build();
    }

    private List<String> allPeers(String orderBy, int size) {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            ListPeersResponse page = registry.query(peers(orderBy, size, cursor), ListPeersResponse.class);
            assertThat(page.getPeersCount()).isLessThanOrEqualTo(size);
            page.getPeersList().forEach(peer -> ids.add(peer.getId()));
            cursor = page.getNextCursor();
        } while (!cursor.isEmpty());
        return ids;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | a b c d e",
                "id | a b c d e",
                "id desc | e d c b a",
                "region | b e a d c",
                "region desc | c a d b e",
                "region desc, id desc | c d a e b",
                "role, region desc | a e c d b",
                "region asc,role | e b a d c",
                "mod_revision desc | c a e b d",
                "createRevision | d b e a c",
                "clusterId | a b c d e",
            })
    void peers_byFields_equalsById(String orderBy, String expected) {
        peer("d", "eu", "worker");
        peer("b", "", "worker");
        peer("e", "", "gateway");
        peer("a", "eu", "");
        peer("c", "us", "worker");
        for (int size : new int[] {1, 2, 3, 5, 500}) {
            List<String> ids = allPeers(orderBy, size);
            assertThat(String.join(" ", ids)).isEqualTo(expected);
        }
    }

    @Test
    void pages_duringWrites_showTheRevisionOfTheFirst() {
        for (int i = 0; i < 12; i++) {
            peer("p" + (char) ('a' + i), i % 2 == 0 ? "eu" : "us", "worker");
        }
        List<String> before = allPeers("region desc", 500);
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            ListPeersResponse page = registry.query(peers("region desc", 3, cursor), ListPeersResponse.class);
            page.getPeersList().forEach(peer -> seen.add(peer.getId()));
            cursor = page.getNextCursor();
            peer("later" + seen.size(), "us", "worker");
            // The very row that the cursor names is changed, so that it would sort elsewhere now.
            registry.mutate(Make.deregister(seen.getLast()));
        } while (!cursor.isEmpty());

        assertThat(seen).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "colour | cannot be sorted by | adminState, clusterId, createRevision, id, meshVersion, modRevision, region,"
                        + " role, status, updatedAt, version, zone",
                "id down | not an order | asc or desc",
                "id desc desc | not an order | asc or desc",
                "id,,role | cannot be sorted by | one of",
                "region, region desc | named twice | once",
            })
    void orderBy_malformed_isRefusedWithWhatIsAllowed(String orderBy, String message, String hint) {
        ErrorDetail error = registry.refused(peers(orderBy, 0, ""));

        assertThat(error.getCode()).isEqualTo(ErrorCode.INVALID_REQUEST.name());
        assertThat(error.getField()).isEqualTo("orderBy");
        assertThat(error.getMessage()).contains(message);
        assertThat(error.getHint()).contains(hint);
    }

    @Test
    void orderBy_tooManyFields_isRefused() {
        assertThat(registry.refused(peers("region, zone, role, status, clusterId", 0, ""))
                        .getCode())
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED.name());
    }

    @Test
    void cursor_ofAnotherOrder_isRefused() {
        peer("a", "eu", "");
        peer("b", "us", "");
        String cursor =
                registry.query(peers("region", 1, ""), ListPeersResponse.class).getNextCursor();

        assertThat(registry.refused(peers("region desc", 1, cursor)).getMessage())
                .contains("not one of this list");
        assertThat(registry.refused(peers("", 1, cursor)).getMessage()).contains("not one of this list");
    }

    @Test
    void shards_ofAnOwner_byTheIndex_sortToo() {
        peer("n1", "", "");
        registry.mutate(shard("a", "n1", 2.5));
        registry.mutate(shard("b", "n1", 10));
        registry.mutate(shard("c", "n1", 0.5));
        registry.mutate(shard("d", "", 99));

        ListShardsResponse sorted = registry.query(
                ListShardsRequest.newBuilder()
                        .setOwnerNodeId("n1")
                        .setOrderBy("capacityHint desc")
                        .build(),
                ListShardsResponse.class);

        assertThat(sorted.getShardsList()).extracting(Shard::getShardId).containsExactly("b", "a", "c");
    }

    @Test
    void moreRowsThanCanBeSorted_isRefused_andOneLessIsNot() {
        byte[] row = Shard.newBuilder().setNamespace("n").build().toByteArray();
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < DomainLimits.SORTED_ROWS_MAX; i++) {
            batch.put(Tables.RECORDS, SHARD.ref("n", "s" + i).key(), row);
        }
        registry.store.write(batch);
        ListShardsRequest sorted = ListShardsRequest.newBuilder()
                .setOrderBy("status")
                .setPage(PageRequest.newBuilder().setSize(2))
                .build();
        assertThat(registry.query(sorted, ListShardsResponse.class).getShardsCount())
                .isEqualTo(2);

        registry.store.write(
                new WriteBatch().put(Tables.RECORDS, SHARD.ref("n", "one-more").key(), row));

        assertThat(registry.refused(sorted).getCode()).isEqualTo(ErrorCode.LIMIT_EXCEEDED.name());
        assertThat(registry.refused(sorted).getHint()).contains("namespace");
    }

    @Test
    void otherNouns_sortToo() {
        peer("a", "", "worker");
        peer("b", "", "gateway");
        assertThat(registry.query(
                                ListVersionsRequest.newBuilder()
                                        .setOrderBy("role")
                                        .build(),
                                ListVersionsResponse.class)
                        .getVersionsList())
                .extracting(PeerVersions::getPeerId)
                .containsExactly("b", "a");
        assertThat(registry.query(
                                ListConfigRequest.newBuilder()
                                        .setOrderBy("name desc")
                                        .build(),
                                ListConfigResponse.class)
                        .getConfigsList())
                .extracting(ConfigDocument::getName)
                .isEmpty();
    }
}
