package io.meshkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.process.Rest;
import io.meshkit.server.process.TestQuorum;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers who ask too much cost the quorum neither its leader nor anybody's lease. Real processes. */
class FloodIT {
    private static final int FLOODERS = 16;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final String LEASED = "{\"peer\": {\"id\": \"p1\", \"role\": \"worker\"}, \"leaseTtl\": \"5s\"}";

    @TempDir
    Path directory;

    @Test
    void floods_areRefused_andTheQuorumKeepsItsLeaderAndItsLeases() throws Exception {
        Map<String, String> settings = Map.of(
                "admission",
                "{identity-ops-per-second: 10, identity-burst-ops: 10}",
                // The flooders take their share of the machine, too, of which a small one has not much.
                "raft",
                "{election-timeout-min-ms: 3000, election-timeout-max-ms: 6000}");
        try (TestQuorum quorum = TestQuorum.start(directory, 3, settings);
                Rest admin = new Rest(quorum, quorum.leader())) {
            String leader = quorum.leader();
            long term = quorum.status(leader).orElseThrow().getTerm();
            HttpResponse<String> registered = admin.call(QuorumFiles.ADMIN_TOKEN, "POST", "/meshkit/peers", LEASED);
            assertThat(registered.statusCode()).as(registered.body()).isEqualTo(200);
            String lease = registered.body().replaceAll("(?s).*\"lease\":\\s*\\{\\s*\"id\":\\s*\"?(\\d+).*", "$1");

            AtomicInteger strangers = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            AtomicInteger served = new AtomicInteger();
            AtomicInteger waits = new AtomicInteger();
            AtomicBoolean running = new AtomicBoolean(true);
            List<Thread> threads = new ArrayList<>();
            try (Rest stranger = new Rest(quorum, leader);
                    Rest reader = new Rest(quorum, leader)) {
                for (int i = 0; i < FLOODERS; i++) {
                    threads.add(flood(running, () -> {
                        if (stranger.call("", "GET", "/meshkit/peers", "").statusCode() == 401) {
                            strangers.incrementAndGet();
                        }
                    }));
                }
                threads.add(flood(running, () -> {
                    HttpResponse<String> answer = reader.call(QuorumFiles.READER_TOKEN, "GET", "/meshkit/peers/p1", "");
                    if (answer.statusCode() == 429) {
                        refused.incrementAndGet();
                        waits.addAndGet(
                                answer.headers().firstValue("retry-after").isPresent() ? 1 : 0);
                    } else if (answer.statusCode() == 200) {
                        served.incrementAndGet();
                    }
                }));
                // Longer than the lease: it lives by the keep-alives that get through.
                long start = System.nanoTime();
                int kept = 0;
                while (strangers.get() < 2_000
                        || refused.get() < 20
                        || kept <= 40
                        || System.nanoTime() - start < TimeUnit.SECONDS.toNanos(8)) {
                    assertThat(System.nanoTime() - start)
                            .as("%d strangers, %d refused", strangers.get(), refused.get())
                            .isLessThan(LIMIT_NANOS);
                    HttpResponse<String> alive = admin.call(
                            QuorumFiles.ADMIN_TOKEN, "POST", "/meshkit/leases:keepAlive", "{\"ids\": [" + lease + "]}");
                    assertThat(alive.statusCode()).as(alive.body()).isEqualTo(200);
                    kept++;
                    Thread.sleep(20);
                }
                running.set(false);
                for (Thread thread : threads) {
                    thread.join();
                }
                // Far more than admin's rate allows: keep-alives have none.
                assertThat(kept).isGreaterThan(40);
            }
            assertThat(served.get())
                    .as("calls of the busy reader that were served")
                    .isPositive();
            assertThat(waits.get()).as("refusals that say when to try again").isEqualTo(refused.get());
            assertThat(quorum.leader()).isEqualTo(leader);
            assertThat(quorum.status(leader).orElseThrow().getTerm()).isEqualTo(term);
            HttpResponse<String> peer = admin.call(QuorumFiles.ADMIN_TOKEN, "GET", "/meshkit/peers/p1", "");
            assertThat(peer.body()).containsIgnoringCase("alive");
        }
    }

    private interface Call {
        void run() throws Exception;
    }

    private static Thread flood(AtomicBoolean running, Call call) {
        return Thread.ofVirtual().start(() -> {
            while (running.get()) {
                try {
                    call.run();
                } catch (Exception e) {
                    // A connection that was cut off is what a flooder may expect.
                }
            }
        });
    }
}
