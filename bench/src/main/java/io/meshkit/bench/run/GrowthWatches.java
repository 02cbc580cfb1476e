package io.meshkit.bench.run;

import io.meshkit.api.RegistryException;
import io.meshkit.bench.systems.Dataset;
import io.meshkit.bench.systems.Driver;
import io.meshkit.domain.kernel.DomainLimits;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Carries out the second part of a {@link GrowthPlan}: watchers of one node while shards change.
 *
 * <p>Ten watchers follow a namespace of one shard, and changes go to the namespaces in turn: each change is told ten
 * times, however many watch. What grows is what the watchers cost by being there.
 */
final class GrowthWatches {
    static final int SHARDS_MAX = (int) DomainLimits.DEFAULTS.shardsMax();

    /** Of {@code watch.watchers-max}. */
    private static final int WATCHERS_MAX_DEFAULT = 10_000;

    /** For whoever is refused, or will be. */
    static final String WATCHERS_MAX_HINT =
            "A node takes watch.watchers-max watches, 10,000 unless it is told otherwise."
                    + " For more of them, start the quorum anew, for example by:"
                    + " OMNIRELAY_WATCH_WATCHERS_MAX=20000 ./omnirelay quorum up";

    private static final int DELETES_UNDER_WAY = 64;

    /** How watchers are measured. */
    interface Measure {
        /** @param datasets the namespaces, which the watchers take in turn */
        WatchSample of(int watchers, List<Dataset> datasets) throws InterruptedException;
    }

    private final GrowthPlan plan;
    private final Function<Dataset, Driver> drivers;
    private final Measure measure;
    private final LocalNodes nodes;
    private final ProcFiles proc;
    private final GrowthResults results;
    private final GrowthFiles files;
    private final PrintWriter progress;
    private final Dataset watched;

    /**
     * @param drivers of one client; none is closed here
     * @param files   hold the results after every measurement
     */
    GrowthWatches(
            GrowthPlan plan,
            Function<Dataset, Driver> drivers,
            Measure measure,
            LocalNodes nodes,
            ProcFiles proc,
            GrowthResults results,
            GrowthFiles files,
            PrintWriter progress) {
        this.plan = plan;
        this.drivers = drivers;
        this.measure = measure;
        this.nodes = nodes;
        this.proc = proc;
        this.results = results;
        this.files = files;
        this.progress = progress;
        this.watched = Dataset.of(GrowthPlan.watchedNamespace(0), 1, plan.valueBytes());
    }

    void run() throws IOException, InterruptedException {
        if (plan.watchers().isEmpty()) {
            return;
        }
        if (plan.watchers().getLast() > WATCHERS_MAX_DEFAULT) {
            say(WATCHERS_MAX_HINT);
        }
        makeRoom();
        try {
            for (int watchers : plan.watchers()) {
                WatchStep step = step(watchers);
                results.add(step);
                files.save(results);
                WatchSample sample = step.sample();
                if (sample == null) {
                    say("%,d watchers: FAILED: %s", watchers, step.failure());
                } else {
                    say(
                            "%,d watchers: %,.0f changes/s, %,.0f told/s, p50 %.1f ms, p99 %.1f ms, wrong: %d",
                            watchers,
                            sample.changesPerSecond(),
                            sample.deliveredPerSecond(),
                            sample.p50Ms(),
                            sample.p99Ms(),
                            sample.wrong());
                }
            }
        } finally {
            removeWatched();
        }
    }

    private WatchStep step(int watchers) throws InterruptedException {
        Calm.Outcome calm = Calm.await(nodes, proc, plan.calmWithin());
        int namespaces = GrowthPlan.namespaces(watchers);
        say("%,d watchers of %,d namespaces; the nodes: %s", watchers, namespaces, calm.describe());
        try {
            WatchSample sample = measure.of(watchers, datasets(namespaces));
            return new WatchStep(watchers, namespaces, calm, sample, "", clientRss());
        } catch (RegistryException | IllegalStateException e) {
            String message = String.valueOf(e.getMessage());
            boolean refused = message.contains("RESOURCE_EXHAUSTED") || message.contains("OVERLOADED");
            String failure = refused ? message + ". " + WATCHERS_MAX_HINT : message;
            return new WatchStep(watchers, namespaces, calm, null, failure, clientRss());
        }
    }

    /** A mesh has room for so many shards only, and the watched ones are to be among them. */
    private void makeRoom() throws InterruptedException {
        removeWatched();
        int filled = plan.shards().getLast();
        int tooMany = filled + plan.watchedShards() - SHARDS_MAX;
        if (tooMany > 0) {
            say("deleting %,d shards: a mesh holds at most %,d", tooMany, SHARDS_MAX);
            Driver driver = drivers.apply(Dataset.of(plan.namespace(), filled, plan.valueBytes()));
            // From the end, so that the next run finds what is missing there.
            Bulk.forEach(
                    tooMany,
                    DELETES_UNDER_WAY,
                    number -> driver.delete(filled - 1 - number),
                    driver::isMissing,
                    new BulkProgress(progress, tooMany));
        }
    }

    private void removeWatched() throws InterruptedException {
        say("deleting what is watched, of this run or an earlier one");
        Driver any = drivers.apply(watched);
        Bulk.forEach(
                plan.watchedShards(),
                DELETES_UNDER_WAY,
                number -> drivers.apply(watched.in(GrowthPlan.watchedNamespace(number)))
                        .delete(0),
                any::isMissing,
                new BulkProgress(progress, plan.watchedShards()));
    }

    private List<Dataset> datasets(int namespaces) {
        return IntStream.range(0, namespaces)
                .mapToObj(number -> watched.in(GrowthPlan.watchedNamespace(number)))
                .toList();
    }

    private long clientRss() {
        return proc.sizeBytes(ProcessHandle.current().pid(), "VmRSS");
    }

    private void say(String format, Object... values) {
        progress.println(String.format(Locale.ROOT, format, values));
        progress.flush();
    }
}
