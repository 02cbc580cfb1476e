package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.Peer;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchPeersRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class InformerTest {
    private static final WatchPeersRequest PEERS = WatchPeersRequest.getDefaultInstance();
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static TestTls tls;
    private final FakeFeed feed = new FakeFeed();
    private final Told told = new Told();
    private FakeNode node;
    private MeshKitClient client;

    /** What a handler is told. */
    private static final class Told implements InformerHandler<Peer> {
        private final List<String> lines = new ArrayList<>();

        private synchronized void line(String line) {
            lines.add(line);
            notifyAll();
        }

        @Override
        public void added(String name, Peer record) {
            line("+" + name + "=" + record.getRole());
        }

        @Override
        public void updated(String name, Peer before, Peer after) {
            line("*" + name + "=" + before.getRole() + ">" + after.getRole());
        }

        @Override
        public void deleted(String name, Peer before) {
            line("-" + name + "=" + before.getRole());
        }

        @Override
        public void synced(long revision) {
            line("synced@" + revision);
        }

        @Override
        public void resync(ResyncReason reason) {
            line("resync " + reason);
        }

        @Override
        public void closed(@Nullable RegistryException failure) {
            line("closed " + (failure == null ? "" : failure.code()));
        }

        synchronized List<String> await(String line) throws InterruptedException {
            while (!lines.contains(line)) {
                wait();
            }
            return List.copyOf(lines);
        }
    }

    @BeforeAll
    static void makeCertificates() {
        tls = TestTls.create(directory);
    }

    @BeforeEach
    void open() {
        node = new FakeNode("node-1", tls);
        feed.serve(node);
        client = MeshKitClient.builder()
                .endpoint(node.endpoint())
                .ca(tls.ca())
                .retryPolicy(new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(10), SOON))
                .build();
    }

    @AfterEach
    void close() {
        client.close();
        node.close();
    }

    private InformerBuilder<Peer> builder() {
        return Informer.peers(client, PEERS).handler(told).index("role", peer -> List.of(peer.getRole()));
    }

    @Test
    void informer_followsTheRegistry() throws Exception {
        feed.put("b", "edge");
        feed.put("a", "gateway");
        try (Informer<Peer> informer = builder().start()) {
            assertThat(informer.awaitSynced(SOON)).isTrue();
            assertThat(informer.hasSynced()).isTrue();
            assertThat(informer.revision()).isEqualTo(2);
            assertThat(informer.list()).extracting(Peer::getId).containsExactly("a", "b");
            feed.put("b", "gateway");
            feed.delete("a");
            told.await("-a=gateway");
            assertThat(informer.get("a")).isEmpty();
            assertThat(informer.get("b"))
                    .hasValueSatisfying(peer -> assertThat(peer.getRole()).isEqualTo("gateway"));
            assertThat(informer.byIndex("role", "gateway"))
                    .extracting(Peer::getId)
                    .containsExactly("b");
            assertThat(informer.byIndex("role", "edge")).isEmpty();
            assertThat(informer.indexKeys("role")).containsExactly("gateway");
            assertThat(informer.revision()).isEqualTo(4);
            assertThatThrownBy(() -> informer.byIndex("region", "eu"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("role");
            informer.close();
            assertThat(informer.awaitClosed(SOON)).isTrue();
            assertThat(informer.isStale()).isTrue();
            assertThat(informer.size()).isEqualTo(1);
        }
        assertThat(told.await("closed "))
                .containsExactly("+a=gateway", "+b=edge", "synced@2", "*b=edge>gateway", "-a=gateway", "closed ");
    }

    @Test
    void informer_resync_neverEmptiesItAndTellsTheDifference() throws Exception {
        feed.put("a", "1");
        feed.put("b", "1");
        feed.put("c", "1");
        Informer<Peer> informer = builder().start();
        told.await("synced@3");
        feed.mute(true);
        feed.put("b", "2");
        feed.delete("c");
        feed.put("d", "1");
        feed.compactTo(6);
        feed.cut();
        feed.awaitStreams(1);
        assertThat(informer.list()).extracting(Peer::getId).containsExactly("a", "b", "c");
        feed.mute(false);
        feed.cutStates(2);
        feed.cut();
        assertThat(told.await("synced@6"))
                .containsExactly(
                        "+a=1",
                        "+b=1",
                        "+c=1",
                        "synced@3",
                        "resync COMPACTED",
                        "resync STATE_CUT",
                        "resync STATE_CUT",
                        "*b=1>2",
                        "-c=1",
                        "+d=1",
                        "synced@6");
        assertThat(informer.list()).extracting(Peer::getId).containsExactly("a", "b", "d");
    }

    @Test
    void informer_quorumAway_holdsWhatItHeldAndIsStale() throws Exception {
        AtomicLong clock = new AtomicLong();
        feed.put("a", "1");
        InformerBuilder<Peer> builder = builder().staleAfter(Duration.ofSeconds(30));
        Informer<Peer> informer = new Informer<>(builder, listener -> client.watch(PEERS, listener), clock::get);
        assertThat(informer.isStale()).isEqualTo(!informer.hasSynced());
        told.await("synced@1");
        assertThat(informer.isStale()).isFalse();
        node.stop();
        clock.addAndGet(Duration.ofSeconds(31).toNanos());
        assertThat(informer.age()).isEqualTo(Duration.ofSeconds(31));
        assertThat(informer.isStale()).isTrue();
        assertThat(informer.list()).hasSize(1);
        node.start();
        feed.awaitStreams(1);
        feed.put("b", "1");
        told.await("+b=1");
        assertThat(informer.isStale()).isFalse();
    }

    @Test
    void informer_moreRecordsThanItMayHold_endsAndKeepsWhatItHeld() throws Exception {
        feed.put("a", "1");
        feed.put("b", "1");
        Informer<Peer> informer = builder().recordsMax(2).start();
        told.await("synced@2");
        feed.put("c", "1");
        told.await("closed LIMIT_EXCEEDED");
        assertThat(informer.failure())
                .hasValueSatisfying(failure -> assertThat(failure).hasMessageContaining("2 records (recordsMax)"));
        assertThat(informer.list()).extracting(Peer::getId).containsExactly("a", "b");
        assertThat(informer.isStale()).isTrue();
        assertThat(informer.awaitClosed(SOON)).isTrue();
    }

    @Test
    void informer_tooLargeFromTheStart_saysSoToWhoWaits() throws Exception {
        feed.put("a", "1");
        feed.put("b", "1");
        Informer<Peer> informer = builder().recordsMax(1).start();
        assertThatThrownBy(() -> informer.awaitSynced(SOON))
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED));
        assertThat(informer.list()).isEmpty();
    }

    @Test
    void builder_contradictions_areRefused() {
        assertThatThrownBy(() -> builder().recordsMax(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder().index("role", peer -> List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        WatchPeersRequest resuming = WatchPeersRequest.newBuilder()
                .setWatch(WatchOptions.newBuilder().setResumeToken("t1"))
                .build();
        assertThatThrownBy(() -> Informer.peers(client, resuming)).isInstanceOf(IllegalArgumentException.class);
    }
}
