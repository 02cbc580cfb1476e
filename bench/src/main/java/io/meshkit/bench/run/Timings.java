package io.meshkit.bench.run;

import io.meshkit.bench.systems.Contender;
import io.meshkit.bench.systems.Dataset;
import io.meshkit.bench.systems.Driver;
import io.meshkit.bench.systems.Stamps;
import io.meshkit.bench.systems.Work;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The works that are one duration a round: what it takes a system to serve again. */
final class Timings {
    static final int WITHIN_S = 120;

    private final Dataset dataset;
    private final Stamps stamps = new Stamps();

    Timings(Dataset dataset) {
        this.dataset = dataset;
    }

    /** @return milliseconds, NaN if it did not happen within {@link #WITHIN_S} */
    double measure(Work work, Contender system) throws IOException, InterruptedException {
        return switch (work) {
            case FAILOVER -> failover(system);
            case START -> start(system);
            default -> throw new IllegalArgumentException(work + " is not timed");
        };
    }

    private double failover(Contender system) throws IOException, InterruptedException {
        String leader;
        long nanos;
        try (Driver driver = system.open(dataset, "", system.nodes())) {
            leader = leader(driver);
            long killed = System.nanoTime();
            system.kill(leader);
            nanos = Attempts.putNanos(driver, stamps, killed, WITHIN_S);
        }
        system.start();
        awaitMember(system, leader);
        return ms(nanos);
    }

    /** Who leads while writes are acknowledged: what a client knows of it may be older than an election. */
    private String leader(Driver driver) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_S);
        String leader = "";
        while (leader.isEmpty()) {
            requireServing(Attempts.putNanos(driver, stamps, System.nanoTime(), WITHIN_S));
            leader = driver.leader();
            if (leader.isEmpty() && System.nanoTime() > end) {
                throw new IOException("writes are acknowledged, and after " + WITHIN_S + " s nobody knows who leads");
            }
        }
        return leader;
    }

    private double start(Contender system) throws IOException, InterruptedException {
        system.stop();
        long started = System.nanoTime();
        system.start();
        long nanos;
        try (Driver driver = system.open(dataset, "", system.nodes())) {
            nanos = Attempts.putNanos(driver, stamps, started, WITHIN_S);
        }
        for (String node : system.nodes()) {
            awaitMember(system, node);
        }
        return ms(nanos);
    }

    /** Waits until a node answers by itself. */
    void awaitMember(Contender system, String node) throws IOException, InterruptedException {
        try (Driver driver = system.open(dataset, "", List.of(node))) {
            if (Attempts.readNanos(driver, System.nanoTime(), WITHIN_S) < 0) {
                throw new IOException(node + " does not answer within " + WITHIN_S + " s");
            }
        }
    }

    /** Waits until a system takes writes. */
    void awaitServing(Contender system) throws IOException, InterruptedException {
        try (Driver driver = system.open(dataset, "", system.nodes())) {
            requireServing(Attempts.putNanos(driver, stamps, System.nanoTime(), WITHIN_S));
        }
    }

    private static void requireServing(long nanos) throws IOException {
        if (nanos < 0) {
            throw new IOException("no write is acknowledged within " + WITHIN_S + " s");
        }
    }

    private static double ms(long nanos) {
        return nanos < 0 ? Double.NaN : nanos / 1e6;
    }
}
