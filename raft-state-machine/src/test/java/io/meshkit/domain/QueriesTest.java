package io.meshkit.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.meshkit.domain.kernel.Times;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditOutcome;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.CountAuditRequest;
import io.meshkit.v1.CountAuditResponse;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.GetAuditEntryRequest;
import io.meshkit.v1.GetAuditEntryResponse;
import io.meshkit.v1.GetClusterRequest;
import io.meshkit.v1.GetConfigRequest;
import io.meshkit.v1.GetConfigResponse;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.GetShardRequest;
import io.meshkit.v1.GetShardResponse;
import io.meshkit.v1.GetStateHashRequest;
import io.meshkit.v1.GetStateHashResponse;
import io.meshkit.v1.GetVersionsRequest;
import io.meshkit.v1.GetVersionsResponse;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListAuditResponse;
import io.meshkit.v1.ListClustersRequest;
import io.meshkit.v1.ListClustersResponse;
import io.meshkit.v1.ListConfigRequest;
import io.meshkit.v1.ListConfigResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListPeersResponse;
import io.meshkit.v1.ListShardHistoryRequest;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.ListVersionsRequest;
import io.meshkit.v1.ListVersionsResponse;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.PeerVersions;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.meshkit.v1.RecordDenialsRequest;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardStatus;
import io.meshkit.v1.SummarizeVersionsRequest;
import io.meshkit.v1.SummarizeVersionsResponse;
import io.meshkit.v1.VersionCount;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QueriesTest {
    private static Registry registry;

    @BeforeAll
    static void fill() {
        registry = new Registry();
        registry.mutate(Make.create("eu", ClusterState.CLUSTER_STATE_ACTIVE));
        registry.mutate(Make.create("us", ClusterState.CLUSTER_STATE_PASSIVE));
        registry.mutate(Make.register(Peer.newBuilder()
                .setId("Gate-1")
                .setRole("gateway")
                .setClusterId("eu")
                .setMeshVersion("2.0")
                .addWireVersions("v1")
                .addWireVersions("v2")
                .addApiVersions("a1")
                .setMeta(RecordMeta.newBuilder().putLabels("env", "prod"))
                .build()));
        registry.mutate(Make.register(Peer.newBuilder()
                .setId("work-1")
                .setRole("worker")
                .setClusterId("eu")
                .setMeshVersion("2.1")
                .addWireVersions("v2")
                .addWireVersions("v2")
                .build()));
        registry.mutate(Make.register(Peer.newBuilder()
                .setId("work-2")
                .setRole("worker")
                .setRegion("us-east")
                .addWireVersions("v2")
                .build()));
        registry.mutate(Make.cordon("work-2"));
        registry.mutate(Make.shard("a", "1", "Gate-1"));
        registry.mutate(Make.shard("a", "2", "work-1"));
        registry.mutate(Make.shard("a.b", "1", "work-1"));
        registry.mutate(Make.shard("b", "1", ""));
        registry.mutate(Make.shardStatus("b", "1", ShardStatus.SHARD_STATUS_PAUSED));
        registry.mutate(Make.patch("", "{\"x\": 1}"));
        registry.mutate("bob", Make.patch("other", "{}"));
    }

    @AfterAll
    static void close() {
        registry.close();
    }

    @Test
    void get_findsTheRecordWithItsEtag() {
        var peer = registry.query(GetPeerRequest.newBuilder().setId("Gate-1").build(), GetPeerResponse.class);
        assertThat(peer.getPeer().getRole()).isEqualTo("gateway");
        assertThat(peer.getEtag()).isEqualTo("\"3\"");
        var shard = registry.query(
                GetShardRequest.newBuilder().setNamespace("a.b").setShardId("1").build(), GetShardResponse.class);
        assertThat(shard.getShard().getOwnerNodeId()).isEqualTo("work-1");
        var config = registry.query(GetConfigRequest.getDefaultInstance(), GetConfigResponse.class);
        assertThat(config.getConfig().getName()).isEqualTo("mesh");
        var versions = registry.query(
                GetVersionsRequest.newBuilder().setPeerId("work-1").build(), GetVersionsResponse.class);
        assertThat(versions.getVersions().getMeshVersion()).isEqualTo("2.1");
    }

    /** A request and the ids that it lists, in order. */
    record Listing(Message request, List<String> expected) {
        static Listing of(Message request, String... expected) {
            return new Listing(request, List.of(expected));
        }
    }

    static Stream<Listing> listings() {
        ListPeersRequest peers = ListPeersRequest.getDefaultInstance();
        ListShardsRequest shards = ListShardsRequest.getDefaultInstance();
        return Stream.of(
                Listing.of(peers, "Gate-1", "work-1", "work-2"),
                Listing.of(peers.toBuilder().setRole("worker").build(), "work-1", "work-2"),
                Listing.of(peers.toBuilder().setClusterId("eu").build(), "Gate-1", "work-1"),
                Listing.of(peers.toBuilder().setClusterId("us").build()),
                Listing.of(peers.toBuilder().setRegion("us-east").build(), "work-2"),
                Listing.of(peers.toBuilder().setSearch("GATE").build(), "Gate-1"),
                Listing.of(peers.toBuilder().setLabelSelector("env in (prod)").build(), "Gate-1"),
                Listing.of(
                        peers.toBuilder()
                                .addAdminStates(PeerAdminState.PEER_ADMIN_STATE_CORDONED)
                                .build(),
                        "work-2"),
                Listing.of(ListClustersRequest.getDefaultInstance(), "eu", "us"),
                Listing.of(
                        ListClustersRequest.newBuilder()
                                .addStates(ClusterState.CLUSTER_STATE_PASSIVE)
                                .build(),
                        "us"),
                Listing.of(shards, "a/1", "a/2", "a.b/1", "b/1"),
                Listing.of(shards.toBuilder().setNamespace("a").build(), "a/1", "a/2"),
                Listing.of(shards.toBuilder().setOwnerNodeId("work-1").build(), "a/2", "a.b/1"),
                Listing.of(
                        shards.toBuilder()
                                .setOwnerNodeId("work-1")
                                .setNamespace("a")
                                .build(),
                        "a/2"),
                Listing.of(
                        shards.toBuilder()
                                .addStatuses(ShardStatus.SHARD_STATUS_PAUSED)
                                .build(),
                        "b/1"),
                Listing.of(shards.toBuilder().setSearch("2").build(), "a/2"),
                Listing.of(ListConfigRequest.getDefaultInstance(), "mesh", "other"),
                Listing.of(ListConfigRequest.newBuilder().setSearch("ME").build(), "mesh"),
                Listing.of(
                        ListVersionsRequest.newBuilder().setMeshVersion("2.0").build(), "Gate-1"),
                Listing.of(
                        ListVersionsRequest.newBuilder()
                                .setClusterId("eu")
                                .setRole("worker")
                                .build(),
                        "work-1"));
    }

    @ParameterizedTest
    @MethodSource("listings")
    void list_filters_inOrder(Listing row) {
        assertThat(names(registry.query(row.request(), Message.class))).isEqualTo(row.expected());
    }

    @ParameterizedTest
    @MethodSource("listings")
    void list_pageByPage_isTheSameList(Listing row) {
        List<String> collected = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            Message page = registry.query(page(row.request(), 1, cursor), Message.class);
            collected.addAll(names(page));
            cursor = (String) field(page, "next_cursor");
            pages++;
        } while (!cursor.isEmpty());
        assertThat(collected).isEqualTo(row.expected());
        assertThat(pages).isLessThanOrEqualTo(row.expected().size() + 1);
    }

    static Stream<Message> invalid() {
        ListPeersRequest peers = ListPeersRequest.getDefaultInstance();
        return Stream.of(
                page(peers, -1, ""),
                page(peers, 501, ""),
                page(peers, 1, "garbage!"),
                page(peers, 1, "Z2FyYmFnZQ"),
                page(peers.toBuilder().setRole("worker").build(), 1, cursor(peers)),
                page(ListClustersRequest.getDefaultInstance(), 1, cursor(peers)),
                peers.toBuilder().setLabelSelector("a b").build(),
                peers.toBuilder().addStatusesValue(77).build(),
                peers.toBuilder().setClusterId("-").build(),
                GetPeerRequest.getDefaultInstance(),
                GetShardRequest.newBuilder().setNamespace("a").build(),
                GetClusterRequest.newBuilder().setId("a b").build(),
                GetAuditEntryRequest.getDefaultInstance(),
                ListAuditRequest.newBuilder().setKind("thing").build(),
                ListAuditRequest.newBuilder().setName("a").build(),
                ListAuditRequest.newBuilder()
                        .setFromRevision(3)
                        .setToRevision(2)
                        .build());
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void answer_refuses(Message request) {
        assertThat(registry.refused(request).getCode()).isEqualTo("INVALID_REQUEST");
        assertThat(registry.refused(request).getField()).isNotEmpty();
    }

    static Stream<Message> missing() {
        return Stream.of(
                GetPeerRequest.newBuilder().setId("x").build(),
                GetVersionsRequest.newBuilder().setPeerId("x").build(),
                GetClusterRequest.newBuilder().setId("x").build(),
                GetShardRequest.newBuilder().setNamespace("a").setShardId("x").build(),
                GetConfigRequest.newBuilder().setName("x").build(),
                GetAuditEntryRequest.newBuilder().setRevision(99).build(),
                ListShardHistoryRequest.newBuilder()
                        .setNamespace("a")
                        .setShardId("x")
                        .build());
    }

    @ParameterizedTest
    @MethodSource("missing")
    void answer_ofWhatIsNotThere_isNotFound(Message request) {
        assertThat(registry.refused(request).getCode()).isEqualTo("NOT_FOUND");
    }

    @Test
    void cursor_holdsWhenOnlyPageSizeOrReadLevelChange() {
        String cursor = (String)
                field(registry.query(page(ListPeersRequest.getDefaultInstance(), 1, ""), Message.class), "next_cursor");
        ListPeersRequest next = ListPeersRequest.newBuilder()
                .setPage(PageRequest.newBuilder().setSize(2).setCursor(cursor))
                .setRead(ReadOptions.newBuilder().setLevel(ReadLevel.READ_LEVEL_LOCAL))
                .build();
        assertThat(names(registry.query(next, Message.class))).containsExactly("work-1", "work-2");
    }

    @Test
    void list_withoutSize_hasAHundred() {
        try (Registry many = new Registry()) {
            IntStream.range(0, 150).forEach(i -> many.mutate(Make.register("p" + i)));
            ListPeersResponse first = many.query(ListPeersRequest.getDefaultInstance(), ListPeersResponse.class);
            assertThat(first.getPeersCount()).isEqualTo(100);
            assertThat(many.query(page(ListPeersRequest.getDefaultInstance(), 500, ""), ListPeersResponse.class)
                            .getNextCursor())
                    .isEmpty();
        }
    }

    @Test
    void list_ofLargeRecords_endsAPageEarly() {
        try (Registry large = new Registry()) {
            for (int i = 0; i < 30; i++) {
                large.mutate(Make.patch("c" + (10 + i), "{\"x\": \"" + "x".repeat(250_000) + "\"}"));
            }
            ListConfigResponse first = large.query(ListConfigRequest.getDefaultInstance(), ListConfigResponse.class);
            assertThat(first.getSerializedSize()).isLessThan((4 << 20) + 1024);
            assertThat(first.getConfigsCount()).isEqualTo(16);
            assertThat(names(large.query(
                            page(ListConfigRequest.getDefaultInstance(), 0, first.getNextCursor()), Message.class)))
                    .startsWith("c26");
        }
    }

    @Test
    void audit_byRecord_request_actor_verb_andRange() {
        assertThat(audit(ListAuditRequest.newBuilder().setKind("shard").setName("b/1")))
                .containsExactly(10L, 11L);
        assertThat(audit(ListAuditRequest.newBuilder()
                        .setKind("shard")
                        .setName("b/1")
                        .setDescending(true)))
                .containsExactly(11L, 10L);
        assertThat(audit(ListAuditRequest.newBuilder().setKind("config"))).containsExactly(12L, 13L);
        assertThat(audit(ListAuditRequest.newBuilder().setRequestId("r-4"))).containsExactly(4L);
        assertThat(audit(ListAuditRequest.newBuilder().setActor("bob"))).containsExactly(13L);
        assertThat(audit(ListAuditRequest.newBuilder().setVerb("CordonPeer"))).containsExactly(6L);
        assertThat(audit(ListAuditRequest.newBuilder().setChangeTicket("CHG-1")))
                .containsExactly(1L, 2L);
        assertThat(audit(ListAuditRequest.newBuilder().setFromRevision(4).setToRevision(6)))
                .containsExactly(4L, 5L, 6L);
        assertThat(audit(ListAuditRequest.newBuilder().setDescending(true)))
                .startsWith(13L, 12L)
                .hasSize(13);
    }

    @Test
    void audit_byOutcome_findsTheDeniedByTheirActorAndVerb() {
        try (Registry some = new Registry()) {
            some.mutate("bob", Make.register("p1"));
            some.mutate("alice", denied("bob", "DrainPeer"));
            some.mutate("alice", denied("mallory", "RegisterPeer"));

            assertThat(audit(some, ListAuditRequest.newBuilder().setOutcome(AuditOutcome.AUDIT_OUTCOME_DENIED)))
                    .containsExactly(2L, 3L);
            assertThat(audit(some, ListAuditRequest.newBuilder().setOutcome(AuditOutcome.AUDIT_OUTCOME_APPLIED)))
                    .containsExactly(1L);
            assertThat(audit(some, ListAuditRequest.newBuilder().setActor("bob")))
                    .containsExactly(1L, 2L);
            assertThat(audit(some, ListAuditRequest.newBuilder().setVerb("RegisterPeer")))
                    .containsExactly(1L, 3L);
            // One attempt must be both.
            assertThat(audit(
                            some,
                            ListAuditRequest.newBuilder().setActor("mallory").setVerb("DrainPeer")))
                    .isEmpty();
            assertThat(audit(
                            some,
                            ListAuditRequest.newBuilder()
                                    .setKind("peer")
                                    .setOutcome(AuditOutcome.AUDIT_OUTCOME_DENIED)))
                    .isEmpty();
        }
    }

    private static RecordDenialsRequest denied(String actor, String verb) {
        return RecordDenialsRequest.newBuilder()
                .addAttempts(DeniedAttempt.newBuilder()
                        .setActor(actor)
                        .setVerb(verb)
                        .setCode("FORBIDDEN")
                        .setCount(1))
                .build();
    }

    @Test
    void audit_byTime_isHalfOpen() {
        try (Registry timed = new Registry()) {
            for (int i = 1; i <= 6; i++) {
                // Two entries each of second 1, 2 and 3.
                timed.nowMs = Registry.START_MS + (i + 1) / 2 * 1_000L;
                timed.mutate(Make.register("p" + i));
            }
            assertThat(within(timed, 0, null)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(within(timed, 2_000, null)).containsExactly(3L, 4L, 5L, 6L);
            assertThat(within(timed, 1_001, null)).containsExactly(3L, 4L, 5L, 6L);
            assertThat(within(timed, 2_000, 3_000)).containsExactly(3L, 4L);
            assertThat(within(timed, 0, 1_000)).isEmpty();
            assertThat(within(timed, 3_001, null)).isEmpty();
            assertThat(within(timed, 2_500, 2_500)).isEmpty();
            // With an index, and with revisions of one's own.
            assertThat(timed.query(
                                    ListAuditRequest.newBuilder()
                                            .setSince(Times.timestamp(Registry.START_MS + 2_000))
                                            .setKind("peer")
                                            .setName("p1")
                                            .build(),
                                    ListAuditResponse.class)
                            .getEntriesList())
                    .isEmpty();
            ListAuditRequest paged = ListAuditRequest.newBuilder()
                    .setSince(Times.timestamp(Registry.START_MS + 2_000))
                    .setFromRevision(2)
                    .setToRevision(5)
                    .setPage(PageRequest.newBuilder().setSize(2))
                    .build();
            ListAuditResponse first = timed.query(paged, ListAuditResponse.class);
            timed.mutate(Make.register("later"));
            ListAuditResponse second = timed.query(page(paged, 2, first.getNextCursor()), ListAuditResponse.class);
            assertThat(first.getEntriesList())
                    .extracting(AuditEntry::getRevision)
                    .containsExactly(3L, 4L);
            assertThat(second.getEntriesList())
                    .extracting(AuditEntry::getRevision)
                    .containsExactly(5L);
        }
        try (Registry empty = new Registry()) {
            assertThat(within(empty, 0, 1)).isEmpty();
        }
    }

    @Test
    void audit_byTime_refusesWhatIsNone() {
        assertThat(registry.refused(ListAuditRequest.newBuilder()
                                .setSince(Times.timestamp(2_000))
                                .setUntil(Times.timestamp(1_999))
                                .build())
                        .getField())
                .isEqualTo("until");
        assertThat(registry.refused(ListAuditRequest.newBuilder()
                                .setSince(Timestamp.newBuilder().setNanos(-1))
                                .build())
                        .getField())
                .isEqualTo("since");
        assertThat(registry.refused(
                                ListAuditRequest.newBuilder().setOutcomeValue(7).build())
                        .getField())
                .isEqualTo("outcome");
    }

    private static List<Long> within(Registry registry, long sinceMs, Integer untilMs) {
        ListAuditRequest.Builder request =
                ListAuditRequest.newBuilder().setSince(Times.timestamp(Registry.START_MS + sinceMs));
        if (untilMs != null) {
            request.setUntil(Times.timestamp(Registry.START_MS + untilMs));
        }
        return audit(registry, request);
    }

    @Test
    void audit_descending_continuesByCursor() {
        ListAuditRequest request = ListAuditRequest.newBuilder()
                .setDescending(true)
                .setPage(PageRequest.newBuilder().setSize(5))
                .build();
        ListAuditResponse first = registry.query(request, ListAuditResponse.class);
        ListAuditResponse second = registry.query(page(request, 5, first.getNextCursor()), ListAuditResponse.class);
        assertThat(second.getEntriesList()).extracting(AuditEntry::getRevision).containsExactly(8L, 7L, 6L, 5L, 4L);
    }

    @Test
    void audit_getAndCount() {
        AuditEntry entry = registry.query(
                        GetAuditEntryRequest.newBuilder().setRevision(6).build(), GetAuditEntryResponse.class)
                .getEntry();
        assertThat(entry).isEqualTo(registry.journal.get(5));
        assertThat(entry.getChanges(0).getBefore().getPeer().getAdminState())
                .isEqualTo(PeerAdminState.PEER_ADMIN_STATE_ACTIVE);
        assertThat(entry.getChanges(0).getAfter().getPeer().getAdminState())
                .isEqualTo(PeerAdminState.PEER_ADMIN_STATE_CORDONED);
        CountAuditResponse count = registry.query(CountAuditRequest.getDefaultInstance(), CountAuditResponse.class);
        assertThat(count.getEntries()).isEqualTo(13);
        assertThat(count.getOldestRevision()).isEqualTo(1);
        try (Registry empty = new Registry()) {
            assertThat(empty.query(CountAuditRequest.getDefaultInstance(), CountAuditResponse.class))
                    .isEqualTo(CountAuditResponse.getDefaultInstance());
        }
    }

    @Test
    void versions_summarize() {
        SummarizeVersionsResponse summary =
                registry.query(SummarizeVersionsRequest.getDefaultInstance(), SummarizeVersionsResponse.class);
        assertThat(summary.getPeers()).isEqualTo(3);
        assertThat(summary.getMeshVersionsList())
                .extracting(VersionCount::getVersion)
                .containsExactly("", "2.0", "2.1");
        assertThat(summary.getWireVersionsList())
                .extracting(VersionCount::getPeers)
                .containsExactly(1L, 3L);
        assertThat(summary.getCommonWireVersionsList()).containsExactly("v2");
        assertThat(summary.getCommonApiVersionsList()).isEmpty();
    }

    @Test
    void stateHash_changesWithTheRecords() {
        try (Registry one = new Registry();
                Registry other = new Registry()) {
            assertThat(hash(one)).isEqualTo(hash(other));
            one.mutate(Make.register("p"));
            assertThat(hash(one).getContentHash()).isNotEqualTo(hash(other).getContentHash());
            assertThat(hash(one).getChainHash()).isNotEqualTo(hash(other).getChainHash());
            other.mutate(Make.register("p"));
            assertThat(hash(one)).isEqualTo(hash(other));
            assertThat(hash(one).getRecords()).isEqualTo(1);
        }
    }

    @Test
    void listClusters_saysTheFailoverEpoch() {
        assertThat(registry.query(ListClustersRequest.getDefaultInstance(), ListClustersResponse.class)
                        .getFailoverEpoch())
                .isEqualTo(1);
    }

    @Test
    void answer_ofAMutation_isABug() {
        assertThatThrownBy(() -> Queries.answer(registry.store, Make.register("p")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static GetStateHashResponse hash(Registry registry) {
        return registry.query(GetStateHashRequest.getDefaultInstance(), GetStateHashResponse.class);
    }

    private static List<Long> audit(ListAuditRequest.Builder request) {
        return audit(registry, request);
    }

    private static List<Long> audit(Registry from, ListAuditRequest.Builder request) {
        return from.query(request.build(), ListAuditResponse.class).getEntriesList().stream()
                .map(AuditEntry::getRevision)
                .toList();
    }

    private static String cursor(Message request) {
        try (Registry three = new Registry()) {
            List.of("Gate-1", "work-1", "work-2").forEach(id -> three.mutate(Make.register(id)));
            return (String) field(three.query(page(request, 1, ""), Message.class), "next_cursor");
        }
    }

    private static Message page(Message request, int size, String cursor) {
        return request.toBuilder()
                .setField(
                        request.getDescriptorForType().findFieldByName("page"),
                        PageRequest.newBuilder().setSize(size).setCursor(cursor).build())
                .build();
    }

    private static Object field(Message message, String name) {
        return message.getField(message.getDescriptorForType().findFieldByName(name));
    }

    private static List<String> names(Message response) {
        return switch (response) {
            case ListPeersResponse r ->
                r.getPeersList().stream().map(Peer::getId).toList();
            case ListClustersResponse r ->
                r.getClustersList().stream().map(Cluster::getId).toList();
            case ListShardsResponse r ->
                r.getShardsList().stream().map(QueriesTest::name).toList();
            case ListConfigResponse r ->
                r.getConfigsList().stream().map(ConfigDocument::getName).toList();
            case ListVersionsResponse r ->
                r.getVersionsList().stream().map(PeerVersions::getPeerId).toList();
            default -> throw new AssertionError(response);
        };
    }

    private static String name(Shard shard) {
        return shard.getNamespace() + "/" + shard.getShardId();
    }
}
