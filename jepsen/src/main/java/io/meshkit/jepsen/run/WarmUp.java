package io.meshkit.jepsen.run;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meshkit.api.RegistryException;
import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.GetConfigRequest;
import io.meshkit.v1.PatchConfigRequest;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Uses the fresh processes until they are no longer cold: a JVM that still compiles is slower by a factor than one
 * that serves. Works on a document of its own, outside the history.
 */
final class WarmUp {
    private static final String DOCUMENT = "warm-up";
    private static final long OPERATIONS = 3_000;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(15);

    private WarmUp() {}

    static void run(Load load, int threads, PrintStream out) throws InterruptedException {
        long start = System.nanoTime();
        AtomicLong done = new AtomicLong();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            NodeClient client = load.client(i);
            workers.add(Thread.ofPlatform().start(() -> {
                while (done.get() < OPERATIONS && System.nanoTime() - start < LIMIT_NANOS) {
                    once(client, done.incrementAndGet());
                }
            }));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(Locale.ROOT, "warm: %.0f operations/s over %.1f s%n", done.get() / seconds, seconds);
    }

    private static void once(NodeClient client, long number) {
        try {
            if (number % 2 == 0) {
                client.call(
                        ConfigServiceGrpc.getPatchConfigMethod(),
                        PatchConfigRequest.newBuilder()
                                .setName(DOCUMENT)
                                .setPatch(Struct.newBuilder()
                                        .putFields(
                                                "n",
                                                Value.newBuilder()
                                                        .setNumberValue(number)
                                                        .build()))
                                .build());
            } else {
                client.call(
                        ConfigServiceGrpc.getGetConfigMethod(),
                        GetConfigRequest.newBuilder().setName(DOCUMENT).build());
            }
        } catch (RegistryException e) {
            // It is only to be used; what it answers does not matter yet.
        }
    }
}
