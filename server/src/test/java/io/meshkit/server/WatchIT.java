package io.meshkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meshkit.api.ErrorCode;
import io.meshkit.server.process.Mutators;
import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.process.Rest;
import io.meshkit.server.process.TestQuorum;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListAuditResponse;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.ListPeersResponse;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchRequest;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchServiceGrpc;
import io.meshkit.v1.WatchStart;
import io.omnirelay.transport.Errors;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Watches and lists of three real processes, while nodes are killed. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WatchIT {
    private static final int WATCHERS = 12;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(180);

    /** A ring so small, snapshots so often, that catching up and installing happen. */
    private static final Map<String, String> SETTINGS = Map.of(
            "raft",
            "{snapshot-threshold-entries: 40, log-entries-kept: 0, log-segment-bytes-max: 8192,"
                    + " election-timeout-min-ms: 600, election-timeout-max-ms: 1200}",
            "watch",
            "{buffer-revisions-max: 16, bookmark-interval-ms: 500}");

    @TempDir
    static Path directory;

    private static TestQuorum quorum;
    private static Mutators mutators;

    @BeforeAll
    static void start() throws Exception {
        quorum = TestQuorum.start(directory, 3, SETTINGS);
        mutators = new Mutators(quorum);
    }

    @AfterAll
    static void stop() throws Exception {
        if (quorum != null) {
            quorum.close();
        }
    }

    /** Follows everything, at one node after the other, and never goes without its token. */
    private static final class Follower implements Runnable {
        private final List<WatchResponse> changes = new CopyOnWriteArrayList<>();
        private int turn;
        private String token = "";
        private volatile long reached;
        private volatile boolean running = true;
        private volatile Throwable unexpected;
        private volatile int streams;

        Follower(int turn) {
            this.turn = turn;
        }

        @Override
        public void run() {
            try {
                while (running) {
                    follow(quorum.nodes().get(turn++ % quorum.nodes().size()));
                }
            } catch (Throwable e) {
                unexpected = e;
            }
        }

        private void follow(String node) throws InterruptedException {
            WatchOptions.Builder options = WatchOptions.newBuilder();
            if (token.isEmpty()) {
                options.setStart(WatchStart.WATCH_START_REVISION).setFromRevision(1);
            } else {
                options.setResumeToken(token);
            }
            try {
                Iterator<WatchResponse> stream = TestQuorum.as(
                                QuorumFiles.ADMIN_TOKEN, WatchServiceGrpc.newBlockingStub(quorum.channel(node)))
                        .withDeadlineAfter(4, TimeUnit.SECONDS)
                        .watch(WatchRequest.newBuilder().setWatch(options).build());
                while (running && stream.hasNext()) {
                    take(stream.next());
                }
            } catch (StatusRuntimeException e) {
                boolean expected = e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED
                        || Errors.of(e).code().retryable();
                if (!expected) {
                    throw e;
                }
                quorum.channel(node).resetConnectBackoff();
                Thread.sleep(20);
            }
        }

        /** Its node was killed, or its stream's time was up: a fast machine may be through before either. */
        private void awaitAnotherStream() throws InterruptedException {
            long start = System.nanoTime();
            while (streams < 2) {
                assertThat(System.nanoTime() - start)
                        .as("on its first stream still")
                        .isLessThan(LIMIT_NANOS);
                Thread.sleep(10);
            }
        }

        private void take(WatchResponse message) {
            if (message.hasOpened()) {
                streams++;
            }
            token = message.getResumeToken();
            reached = Math.max(reached, message.getRevision());
            if (message.hasChange()) {
                changes.add(message);
            }
        }
    }

    @Test
    @Order(1)
    void nodesKilledUnderLoad_everyWatcherSeesTheAuditHistory() throws Exception {
        List<Follower> followers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WATCHERS; i++) {
            Follower follower = new Follower(i);
            followers.add(follower);
            threads.add(Thread.ofVirtual().start(follower));
        }
        mutators.start(4);
        mutators.awaitAcknowledged(100);
        for (int round = 0; round < 2; round++) {
            String victim = round == 0
                    ? quorum.leader()
                    : quorum.nodes().stream()
                            .filter(node -> !node.equals(leader()))
                            .findFirst()
                            .orElseThrow();
            quorum.kill(victim);
            long then = mutators.acknowledged();
            mutators.awaitAcknowledged(then + 100);
            // Nothing is kept of the log here: under full load a member could install for ever and still be behind.
            mutators.stop();
            quorum.start(victim);
            quorum.awaitReady(victim);
            mutators.start(4);
            mutators.awaitAcknowledged(mutators.acknowledged() + 50);
        }
        mutators.stop();
        long last = mutators.newestRevision();
        awaitAll(followers, last);
        for (Follower follower : followers) {
            follower.awaitAnotherStream();
        }
        for (int i = 0; i < WATCHERS; i++) {
            followers.get(i).running = false;
            assertThat(threads.get(i).join(Duration.ofSeconds(60))).isTrue();
        }

        List<AuditEntry> audit = audit();
        assertThat(audit).extracting(AuditEntry::getRevision).isEqualTo(upTo(last));
        for (Follower follower : followers) {
            assertThat(follower.unexpected).isNull();
            assertThat(follower.changes).extracting(WatchResponse::getRevision).isEqualTo(upTo(last));
            for (int i = 0; i < audit.size(); i++) {
                var change = follower.changes.get(i).getChange();
                assertThat(change.getVerb()).isEqualTo(audit.get(i).getVerb());
                assertThat(change.getRequestId()).isEqualTo(audit.get(i).getRequestId());
                assertThat(change.getEvents(0).getRecord())
                        .isEqualTo(audit.get(i).getChanges(0).getAfter());
            }
        }
    }

    private static String leader() {
        try {
            return quorum.leader();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private static void awaitAll(List<Follower> followers, long last) throws InterruptedException {
        long start = System.nanoTime();
        for (Follower follower : followers) {
            while (follower.reached < last) {
                if (follower.unexpected != null) {
                    throw new AssertionError(follower.unexpected);
                }
                if (System.nanoTime() - start > LIMIT_NANOS) {
                    throw new AssertionError("a watcher is at " + follower.reached + " of " + last);
                }
                Thread.sleep(10);
            }
        }
    }

    private static List<AuditEntry> audit() throws InterruptedException {
        List<AuditEntry> entries = new ArrayList<>();
        String cursor = "";
        do {
            ListAuditRequest request = ListAuditRequest.newBuilder()
                    .setPage(PageRequest.newBuilder().setSize(500).setCursor(cursor))
                    .build();
            ListAuditResponse page = TestQuorum.eventually(() -> TestQuorum.as(
                            QuorumFiles.ADMIN_TOKEN, AuditServiceGrpc.newBlockingStub(quorum.channel("node-1")))
                    .listAudit(request));
            entries.addAll(page.getEntriesList());
            cursor = page.getNextCursor();
        } while (!cursor.isEmpty());
        return entries;
    }

    @Test
    @Order(2)
    void list_pagedDuringWrites_onAllNodesInTurn_showsOneRevision() throws Exception {
        mutators.start(2);
        Set<String> ids = new HashSet<>();
        long revision = 0;
        String cursor = "";
        int turn = 0;
        do {
            String node = quorum.nodes().get(turn++ % quorum.nodes().size());
            ListPeersRequest request = ListPeersRequest.newBuilder()
                    .setPage(PageRequest.newBuilder().setSize(40).setCursor(cursor))
                    .build();
            ListPeersResponse page = TestQuorum.eventually(
                    () -> TestQuorum.as(QuorumFiles.ADMIN_TOKEN, PeerServiceGrpc.newBlockingStub(quorum.channel(node)))
                            .listPeers(request));
            revision = revision == 0 ? page.getReadInfo().getRevision() : revision;
            assertThat(page.getReadInfo().getRevision()).isEqualTo(revision);
            page.getPeersList()
                    .forEach(peer -> assertThat(ids.add(peer.getId())).isTrue());
            cursor = page.getNextCursor();
        } while (!cursor.isEmpty());
        mutators.stop();

        // Every revision but the first, which brought the access records, has registered one peer.
        assertThat(ids).hasSize((int) revision - 1);
        assertThat(turn).isGreaterThan(3);
    }

    @Test
    @Order(3)
    void events_overHttp_resumeByLastEventId_onAnotherNode() throws Exception {
        String id;
        try (Rest rest = new Rest(quorum, "node-1")) {
            HttpResponse<String> whole =
                    rest.call(QuorumFiles.ADMIN_TOKEN, "GET", "/meshkit/peers:watch?untilSynced=true&id=peer-1", "");
            assertThat(whole.headers().firstValue("content-type")).hasValue("text/event-stream");
            assertThat(whole.body())
                    .startsWith("retry: 2000\n\nid: \nevent: opened\ndata: {\"resumeToken\":\"\"")
                    .contains("event: state\n")
                    .contains("\"id\":\"peer-1\"")
                    .doesNotContain("\"id\":\"peer-2\"")
                    .contains("event: synced\n");
            String synced = whole.body().substring(whole.body().indexOf("event: synced") - 200);
            id = synced.lines()
                    .filter(line -> line.startsWith("id: "))
                    .reduce((first, second) -> second)
                    .orElseThrow()
                    .substring(4);
            assertThat(id).isNotEmpty();
            assertThat(rest.call(
                                    QuorumFiles.ADMIN_TOKEN,
                                    "GET",
                                    "/meshkit/peers:watch?id=peer-2",
                                    "",
                                    "last-event-id",
                                    id)
                            .statusCode())
                    .isEqualTo(400);
        }
        try (Rest rest = new Rest(quorum, "node-2")) {
            assertThat(rest.call(QuorumFiles.ADMIN_TOKEN, "DELETE", "/meshkit/peers/peer-1", "")
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> rest2 = rest.call(
                    QuorumFiles.ADMIN_TOKEN,
                    "GET",
                    "/meshkit/peers:watch?untilSynced=true&id=peer-1",
                    "",
                    "last-event-id",
                    id);
            assertThat(rest2.body())
                    .contains("event: change\n")
                    .contains("\"type\":\"delete\"")
                    .contains("event: synced\n")
                    .doesNotContain("event: state\n");
            assertThat(rest.call("", "GET", "/meshkit/events", "").statusCode()).isEqualTo(401);
        }
    }

    @Test
    @Order(4)
    void list_unchanged_isNotSentAgain() throws Exception {
        try (Rest rest = new Rest(quorum, "node-3")) {
            HttpResponse<String> list = rest.call(QuorumFiles.ADMIN_TOKEN, "GET", "/meshkit/peers?pageSize=1", "");
            String etag = list.headers().firstValue("etag").orElseThrow();
            assertThat(etag).startsWith("W/\"");
            assertThat(rest.call(QuorumFiles.ADMIN_TOKEN, "GET", "/meshkit/peers?pageSize=1", "", "if-none-match", etag)
                            .statusCode())
                    .isEqualTo(304);
            HttpResponse<String> bad = rest.call(QuorumFiles.ADMIN_TOKEN, "GET", "/meshkit/peers?cursor=AAAA", "");
            assertThat(bad.statusCode()).isEqualTo(ErrorCode.INVALID_REQUEST.httpStatus());
            assertThat(bad.body()).contains("not made by this registry");
        }
    }
}
