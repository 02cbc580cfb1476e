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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Uses the fresh processes until they are no longer cold: a JVM that still compiles is slower by a factor than one
 * that serves. Works on a document of its own, as fast as it can, before the clock of the load starts; nothing of it is
 * in the history.
 *
 * @param seconds that it took
 * @param rate    operations per second in its last window
 */
record WarmUp(double seconds, double rate) {
    private static final String DOCUMENT = "warm-up";
    private static final long WINDOW_MS = 2_000;
    private static final int WINDOWS_MIN = 4;
    private static final long OPERATIONS_MIN = 4_000;
    private static final int WINDOWS_MAX = 15;
    /** A window that is no faster than the fastest before it by this factor: it is warm. */
    private static final double FASTER = 1.1;

    static WarmUp run(Load load, int threads, PrintStream out) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        AtomicBoolean warm = new AtomicBoolean();
        List<Thread> workers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            NodeClient client = load.client(i);
            workers.add(Thread.ofPlatform().start(() -> {
                while (!warm.get()) {
                    once(client, done.incrementAndGet());
                }
            }));
        }
        double rate = 0;
        try {
            rate = untilWarm(done);
        } finally {
            warm.set(true);
            for (Thread worker : workers) {
                worker.join();
            }
        }
        WarmUp result = new WarmUp((System.nanoTime() - start) / 1e9, rate);
        out.printf(Locale.ROOT, "warm after %.1f s at %.0f operations/s; not part of the run%n", result.seconds, rate);
        return result;
    }

    /** @return the rate of the last window, in operations per second */
    private static double untilWarm(AtomicLong done) throws InterruptedException {
        double fastest = 0;
        double rate = 0;
        for (int window = 1; window <= WINDOWS_MAX; window++) {
            long before = done.get();
            long began = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(WINDOW_MS);
            rate = (done.get() - before) / ((System.nanoTime() - began) / 1e9);
            if (window >= WINDOWS_MIN && done.get() >= OPERATIONS_MIN && rate < fastest * FASTER) {
                break;
            }
            fastest = Math.max(fastest, rate);
        }
        return rate;
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
