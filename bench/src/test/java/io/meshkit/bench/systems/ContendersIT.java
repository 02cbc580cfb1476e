package io.meshkit.bench.systems;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The other systems as real processes. That of the registry itself is run by the smoke checks. */
class ContendersIT {
    private static final int WITHIN_S = 60;
    private static final Dataset DATASET = Dataset.of("bench", 10, 1024);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(names = {"ETCD", "ZOOKEEPER"})
    void everyWork_onRealProcesses(Contenders which) throws Exception {
        try (Contender system = make(which)) {
            system.start();
            assertThat(system.members()).hasSize(3);
            try (Driver all = system.open(DATASET, "", system.nodes())) {
                untilDone(() -> all.put(1, 1));
                assertThat(system.nodes()).contains(all.leader());
                BlockingQueue<Integer> told = new LinkedBlockingQueue<>();
                try (AutoCloseable watch = all.watch(told::add).get(WITHIN_S, TimeUnit.SECONDS)) {
                    all.put(1, 2).get(WITHIN_S, TimeUnit.SECONDS);
                    all.put(2, 3).get(WITHIN_S, TimeUnit.SECONDS);
                    assertThat(told.poll(WITHIN_S, TimeUnit.SECONDS)).isEqualTo(1);
                    assertThat(told.poll(WITHIN_S, TimeUnit.SECONDS)).isEqualTo(2);
                }
                all.readLinearizable(2).get(WITHIN_S, TimeUnit.SECONDS);
                if (all.lists()) {
                    all.list().get(WITHIN_S, TimeUnit.SECONDS);
                }
                String leader = all.leader();
                system.kill(leader);
                assertThat(system.members())
                        .extracting(Contender.Member::name)
                        .hasSize(2)
                        .doesNotContain(leader);
                untilDone(() -> all.put(2, 4));
                system.start();
                try (Driver one = system.open(DATASET, "", List.of(leader))) {
                    untilDone(() -> one.readLocal(2));
                }
            }
            system.stop();
            assertThat(system.members()).isEmpty();
        }
    }

    /** Skips with the reason where it is not installed. */
    private Contender make(Contenders which) throws Exception {
        try {
            return which.make(directory, FreePorts.base(which == Contenders.ETCD ? 0 : 20));
        } catch (Contenders.NotInstalledException e) {
            return Assumptions.abort(e.getMessage() + ": " + e.remedy());
        }
    }

    private interface Attempt {
        CompletableFuture<Integer> start();
    }

    private static void untilDone(Attempt attempt) throws InterruptedException {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_S);
        while (true) {
            try {
                attempt.start().get(1, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException | TimeoutException e) {
                assertThat(System.nanoTime() - untilNanos)
                        .as("not within %d s: %s", WITHIN_S, e)
                        .isNegative();
                Thread.sleep(20);
            }
        }
    }
}
