package io.meshkit.server;

import static io.meshkit.server.process.QuorumFiles.ADMIN_TOKEN;
import static io.meshkit.server.process.QuorumFiles.READER_TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meshkit.server.process.Rest;
import io.meshkit.server.process.TestQuorum;
import io.omnirelay.mesh.control.v1.LeadershipControlServiceGrpc;
import io.omnirelay.mesh.control.v1.LeadershipEvent;
import io.omnirelay.mesh.control.v1.LeadershipEventKind;
import io.omnirelay.mesh.control.v1.LeadershipSubscribeRequest;
import io.omnirelay.mesh.control.v1.ShardControlServiceGrpc;
import io.omnirelay.mesh.control.v1.ShardControlServiceGrpc.ShardControlServiceBlockingStub;
import io.omnirelay.mesh.control.v1.ShardDiffNotification;
import io.omnirelay.mesh.control.v1.ShardDiffRequest;
import io.omnirelay.mesh.control.v1.ShardDiffResponse;
import io.omnirelay.mesh.control.v1.ShardListRequest;
import io.omnirelay.mesh.control.v1.ShardListResponse;
import io.omnirelay.mesh.control.v1.ShardRecord;
import io.omnirelay.mesh.control.v1.ShardSimulationNode;
import io.omnirelay.mesh.control.v1.ShardSimulationRequest;
import io.omnirelay.mesh.control.v1.ShardWatchRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Three real processes, asked by clients of the original system: its gRPC stubs, and a plain HTTP client. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ControlIT {
    @TempDir
    static Path directory;

    private static TestQuorum quorum;
    private static Rest rest;

    @BeforeAll
    static void start() throws Exception {
        quorum = TestQuorum.start(directory, 3, Map.of());
        rest = new Rest(quorum, "node-1");
        for (String peer : List.of("n1", "n2")) {
            ok(post("/meshkit/peers", "{\"peer\":{\"id\":\"" + peer + "\",\"role\":\"worker\"}}"));
        }
        for (String shard : List.of("s1", "s2", "s3")) {
            ok(post(
                    "/meshkit/shards",
                    "{\"shard\":{\"namespace\":\"orders\",\"shardId\":\"" + shard
                            + "\",\"strategyId\":\"rendezvous\",\"ownerNodeId\":\"n1\",\"capacityHint\":1}}"));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (rest != null) {
            rest.close();
        }
        if (quorum != null) {
            quorum.close();
        }
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return rest.call(ADMIN_TOKEN, "POST", path, body);
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        return rest.call(READER_TOKEN, "GET", path, "", headers);
    }

    private static HttpResponse<String> ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response;
    }

    private static ShardControlServiceBlockingStub shards(String node) {
        return TestQuorum.as(READER_TOKEN, ShardControlServiceGrpc.newBlockingStub(quorum.channel(node)));
    }

    private static void assign(String shard, String owner) throws Exception {
        ok(post("/meshkit/shards/orders/" + shard + ":assign", "{\"ownerNodeId\":\"" + owner + "\"}"));
    }

    @Test
    @Order(1)
    void list_overGrpc_pagesOfOneVersion() {
        ShardListResponse first = shards("node-2")
                .list(ShardListRequest.newBuilder()
                        .setNamespace("orders")
                        .setPageSize(2)
                        .build());
        ShardListResponse second = shards("node-3")
                .list(ShardListRequest.newBuilder()
                        .setNamespace("orders")
                        .setPageSize(2)
                        .setCursor(first.getNextCursor())
                        .build());

        assertThat(first.getShardsList()).extracting(ShardRecord::getShardId).containsExactly("s1", "s2");
        assertThat(second.getShardsList()).extracting(ShardRecord::getShardId).containsExactly("s3");
        assertThat(second.getVersion()).isEqualTo(first.getVersion()).isPositive();
        assertThat(second.getNextCursor()).isEmpty();
        assertThat(first.getShards(0).getChecksum()).hasSize(16);
    }

    @Test
    @Order(2)
    void list_overRest_bearsItsVersionInTheHeaders_andIsNotSentTwice() throws Exception {
        HttpResponse<String> list = ok(get("/control/shards?namespace=orders&status=Active,Paused&pageSize=2"));
        String version = list.headers().firstValue("x-omnirelay-shards-version").orElseThrow();
        String etag = list.headers().firstValue("etag").orElseThrow();

        assertThat(etag).isEqualTo("W/\"shards-" + version + "\"");
        assertThat(list.body())
                .startsWith("{\"items\":[{\"namespace\":\"orders\",\"shardId\":\"s1\"")
                .contains("\"status\":0,\"version\":1")
                .contains("\"nextCursor\":\"")
                .contains("\"version\":" + version + "}");
        assertThat(get("/control/shards?namespace=orders&status=Active,Paused&pageSize=2", "if-none-match", etag)
                        .statusCode())
                .isEqualTo(304);
        assertThat(ok(get("/control/shards?owner=nobody")).body()).contains("\"items\":[]");
        assertThat(get("/control/shards?status=gone").statusCode()).isEqualTo(400);
        assertThat(get("/control/shards?pageSize=-1").statusCode()).isEqualTo(400);
    }

    @Test
    @Order(3)
    void scope_inTheHeader_countsOnlyWhereTheIdentityHoldsIt() throws Exception {
        ok(get("/control/shards", "x-mesh-scope", "mesh.read"));
        assertThat(get("/control/shards", "x-mesh-scope", "mesh.operate").statusCode())
                .isEqualTo(403);
        assertThat(get("/control/shards", "x-mesh-scope", "mesh.observe").statusCode())
                .isEqualTo(403);
        assertThat(rest.call("", "GET", "/control/shards", "", "x-mesh-scope", "mesh.read")
                        .statusCode())
                .isEqualTo(401);
        ok(rest.call(ADMIN_TOKEN, "GET", "/control/shards", "", "x-mesh-scope", "mesh.operate"));
    }

    @Test
    @Order(4)
    void simulate_overBoth_agree() throws Exception {
        var simulated = shards("node-3")
                .simulate(ShardSimulationRequest.newBuilder()
                        .setNamespace("orders")
                        .addNodes(ShardSimulationNode.newBuilder().setNodeId("n2"))
                        .build());
        HttpResponse<String> overRest = ok(rest.call(
                READER_TOKEN,
                "POST",
                "/control/shards/simulate",
                "{\"namespace\":\"orders\",\"strategyId\":null,\"nodes\":[{\"nodeId\":\"n2\",\"weight\":null}]}"));

        assertThat(simulated.getAssignmentsList())
                .allMatch(each -> each.getOwnerNodeId().equals("n2"));
        assertThat(simulated.getChangesCount()).isEqualTo(3);
        assertThat(overRest.body())
                .contains("\"strategyId\":\"rendezvous\"")
                .contains("{\"namespace\":\"orders\",\"shardId\":\"s1\",\"currentOwner\":\"n1\","
                        + "\"proposedOwner\":\"n2\",\"changesOwner\":true}");
    }

    @Test
    @Order(5)
    void watch_overGrpc_beginsWithTheState_resumesAtAnotherNode_whenItsNodeIsKilled() throws Exception {
        String follower = quorum.nodes().stream()
                .filter(node -> !node.equals(leader()) && !node.equals("node-1"))
                .findFirst()
                .orElseThrow();
        Iterator<ShardDiffNotification> stream = shards(follower)
                .watch(ShardWatchRequest.newBuilder().setNamespace("orders").build());
        List<ShardDiffNotification> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            seen.add(stream.next());
        }
        assertThat(seen).extracting(diff -> diff.getCurrent().getShardId()).containsExactly("s1", "s2", "s3");
        assertThat(seen.get(0).getPosition()).isZero();
        assertThat(seen.get(2).getPosition()).isPositive();
        assign("s1", "n2");
        ShardDiffNotification change = stream.next();
        assertThat(change.getPosition()).isGreaterThan(seen.get(2).getPosition());
        assertThat(change.getPrevious().getOwnerNodeId()).isEqualTo("n1");
        assertThat(change.getHistory().getPreviousOwnerNodeId()).isEqualTo("n1");

        quorum.kill(follower);
        assertThatThrownBy(stream::next).isInstanceOf(StatusRuntimeException.class);
        assign("s2", "n2");
        assign("s1", "n1");
        Iterator<ShardDiffNotification> resumed = shards("node-1")
                .watch(ShardWatchRequest.newBuilder()
                        .setNamespace("orders")
                        .setResumeToken(change.getPosition())
                        .build());
        assertThat(resumed.next().getCurrent().getShardId()).isEqualTo("s2");
        ShardDiffNotification last = resumed.next();
        assertThat(last.getCurrent().getShardId()).isEqualTo("s1");

        ShardDiffResponse told = shards("node-1")
                .diff(ShardDiffRequest.newBuilder()
                        .setFromToken(change.getPosition())
                        .setToToken(last.getPosition())
                        .build());
        assertThat(told.getDiffsList()).hasSize(3).startsWith(change).endsWith(last);
        assertThat(told.getLastPosition()).isEqualTo(last.getPosition());
        assertThatThrownBy(() -> shards("node-1")
                        .watch(ShardWatchRequest.newBuilder()
                                .setResumeToken(1_000_000)
                                .build())
                        .next())
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
        quorum.start(follower);
        quorum.awaitReady(follower);
    }

    private static String leader() {
        try {
            return quorum.leader();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Order(6)
    void watch_overRest_isServerSentEvents_andResumesByLastEventId() throws Exception {
        long position =
                shards("node-1").list(ShardListRequest.getDefaultInstance()).getVersion();
        assign("s3", "n2");
        assign("s3", "n1");
        // A stream has no end of its own: this one ends by the caller's deadline, with an error that says so.
        String told = get(
                        "/control/shards/watch?namespace=orders&owner=n1",
                        "last-event-id",
                        Long.toString(position),
                        "x-meshkit-timeout",
                        "3s")
                .body();

        assertThat(told)
                .startsWith("retry: 2000\n\nid: " + (position + 1) + "\nevent: shard.diff\ndata: {\"position\":"
                        + (position + 1) + ",\"current\":{\"namespace\":\"orders\",\"shardId\":\"s3\"")
                .contains("\n\nid: " + (position + 2) + "\nevent: shard.diff\n")
                .contains("\"history\":{\"namespace\":\"orders\",\"shardId\":\"s3\"");
        String diff = ok(get("/control/shards/diff?namespace=orders&fromVersion=" + (position + 1)))
                .body();
        String first = told.substring(told.indexOf("{"), told.indexOf("\n\nid: " + (position + 2)));
        assertThat(diff).startsWith("{\"items\":[" + first);
        assertThat(diff).endsWith("\"lastPosition\":" + (position + 2) + "}");
    }

    @Test
    @Order(7)
    void leaders_snapshotAndEvents() throws Exception {
        ok(post("/meshkit/leaders/placement:campaign", "{\"candidateId\":\"c1\",\"ttl\":\"60s\",\"kind\":\"mesh\"}"));
        Iterator<LeadershipEvent> events = TestQuorum.as(
                        READER_TOKEN, LeadershipControlServiceGrpc.newBlockingStub(quorum.channel("node-2")))
                .subscribe(LeadershipSubscribeRequest.newBuilder()
                        .setScope("placement")
                        .build());
        LeadershipEvent snapshot = events.next();
        assertThat(snapshot.getKind()).isEqualTo(LeadershipEventKind.LEADERSHIP_EVENT_KIND_SNAPSHOT);
        assertThat(snapshot.getLeaderId()).isEqualTo("c1");
        ok(post("/meshkit/leaders/placement:campaign", "{\"candidateId\":\"c2\",\"ttl\":\"60s\",\"queue\":true}"));
        ok(post("/meshkit/leaders/placement:resign", "{\"candidateId\":\"c1\"}"));
        LeadershipEvent down = events.next();
        LeadershipEvent elected = events.next();
        assertThat(down.getKind()).isEqualTo(LeadershipEventKind.LEADERSHIP_EVENT_KIND_STEPPED_DOWN);
        assertThat(down.getToken()).isEqualTo(snapshot.getToken());
        assertThat(elected.getKind()).isEqualTo(LeadershipEventKind.LEADERSHIP_EVENT_KIND_ELECTED);
        assertThat(elected.getToken().getFenceToken())
                .isGreaterThan(snapshot.getToken().getFenceToken());

        assertThat(ok(get("/control/leaders?scope=placement")).body())
                .startsWith("{\"generatedAt\":\"")
                .contains("\"tokens\":[{\"scope\":\"placement\",\"scopeKind\":\"mesh\",\"leaderId\":\"c2\"")
                .contains("\"fenceToken\":" + elected.getToken().getFenceToken());
        assertThat(ok(get("/control/leaders?scope=unknown")).body()).contains("\"tokens\":[]");
        assertThat(get("/control/events/leadership?scope=placement", "x-meshkit-timeout", "2s")
                        .body())
                .startsWith("retry: 2000\n\ndata: {\"eventKind\":\"snapshot\",\"scope\":\"placement\"");
    }

    @Test
    @Order(8)
    void peers_underBothPaths() throws Exception {
        assertThat(ok(get("/control/peers")).body())
                .startsWith("{\"schemaVersion\":\"v1\",\"generatedAt\":\"")
                .contains("\"localNodeId\":\"node-1\"")
                .contains("\"peers\":[{\"nodeId\":\"n1\",\"status\":\"Alive\"");
        ok(get("/omnirelay/control/peers"));
        assertThat(ok(get("/openapi.json")).body()).contains("/control/shards/watch");
    }

    @Test
    @Order(9)
    void watches_ofWhatHasNoEventYet_beginAtOnce() throws Exception {
        for (String path :
                List.of("/control/shards/watch?namespace=nothing-is-here", "/control/events/leadership?scope=nobody")) {
            HttpResponse<String> begun = rest.begin(Duration.ofSeconds(20), READER_TOKEN, "GET", path, "");

            assertThat(begun.statusCode()).as(path).isEqualTo(200);
            assertThat(begun.headers().firstValue("content-type")).as(path).hasValue("text/event-stream");
        }
    }
}
