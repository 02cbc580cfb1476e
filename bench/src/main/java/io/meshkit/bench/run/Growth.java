package io.meshkit.bench.run;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.bench.systems.Dataset;
import io.meshkit.bench.systems.Driver;
import io.meshkit.bench.systems.Stamps;
import io.meshkit.bench.systems.Work;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Carries out the first part of a {@link GrowthPlan}: the works at each number of shards. */
final class Growth {
    private static final String NAME = "meshkit";

    private final GrowthPlan plan;
    private final Function<Dataset, Driver> drivers;
    private final LocalNodes nodes;
    private final ProcFiles proc;
    private final GrowthResults results;
    private final GrowthFiles files;
    private final PrintWriter progress;
    private final Stamps stamps = new Stamps();

    /**
     * @param drivers of one client; none is closed here
     * @param files   hold the results after every measurement
     */
    Growth(
            GrowthPlan plan,
            Function<Dataset, Driver> drivers,
            LocalNodes nodes,
            ProcFiles proc,
            GrowthResults results,
            GrowthFiles files,
            PrintWriter progress) {
        this.plan = plan;
        this.drivers = drivers;
        this.nodes = nodes;
        this.proc = proc;
        this.results = results;
        this.files = files;
        this.progress = progress;
    }

    /** @throws RegistryException INVALID_REQUEST if the quorum holds more than the first size already */
    void run() throws IOException, InterruptedException {
        Driver largest = driver(plan.shards().getLast());
        int written = Fill.written(largest, largest.keys());
        if (written > plan.shards().getFirst()) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    String.format(
                            Locale.ROOT,
                            "namespace %s holds %,d shards of an earlier run, more than the first of --shards",
                            plan.namespace(),
                            written),
                    "Begin --shards with " + written + " or more, or measure a new quorum.");
        }
        // What an earlier run may have left out below; written again, it costs a moment.
        int from = Math.max(0, written - Fill.unsureKeys(largest));
        for (int shards : plan.shards()) {
            size(shards, from);
            from = shards;
        }
    }

    private void size(int shards, int from) throws IOException, InterruptedException {
        Driver driver = driver(shards);
        say("%,d shards: writing %,d", shards, shards - from);
        long began = System.nanoTime();
        Fill.keys(driver, from, shards, stamps, new BulkProgress(progress, shards - from));
        double seconds = (System.nanoTime() - began) / 1e9;
        Calm.Outcome calm = Calm.await(nodes, proc, plan.calmWithin());
        say("%,d shards: written in %.1f s; the nodes: %s", shards, seconds, calm.describe());
        SizeStep step = new SizeStep(shards, shards - from, seconds, calm, List.of(), nodes.dataBytes());
        save(step);
        Runner runner = new Runner(
                new Plan(
                        plan.works(),
                        List.of(plan.outstanding()),
                        plan.warmup(),
                        plan.duration(),
                        0,
                        1,
                        shards,
                        plan.valueBytes(),
                        1),
                List.of(),
                proc,
                progress);
        Line line = new Line(NAME, driver, nodes, false);
        for (Work work : plan.works()) {
            Sample sample = runner.measure(line, new Plan.Cell(work, plan.outstanding()), 1);
            if (sample == null) {
                say("%,d shards: no %s", shards, work.label());
                continue;
            }
            step = step.with(sample);
            save(step);
            Tally tally = sample.tally();
            say(
                    "%,d shards: %s: %,.0f/s, p50 %.2f ms, p99 %.2f ms, errors: %s",
                    shards,
                    work.label(),
                    tally.perSecond(),
                    tally.percentileMs(50),
                    tally.percentileMs(99),
                    Table.errors(tally.errors()));
        }
    }

    private Driver driver(int shards) {
        return drivers.apply(Dataset.of(plan.namespace(), shards, plan.valueBytes()));
    }

    private void save(SizeStep step) throws IOException {
        results.put(step);
        files.save(results);
    }

    private void say(String format, Object... values) {
        progress.println(String.format(Locale.ROOT, format, values));
        progress.flush();
    }
}
