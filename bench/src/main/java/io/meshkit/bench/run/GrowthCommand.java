package io.meshkit.bench.run;

import io.meshkit.api.ErrorCode;
import io.meshkit.bench.systems.Dataset;
import io.meshkit.bench.systems.Driver;
import io.meshkit.bench.systems.MeshKitDriver;
import io.meshkit.bench.systems.Work;
import io.meshkit.client.CallSettings;
import io.meshkit.client.Endpoint;
import io.meshkit.client.MeshKitClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench growth}. */
@Command(
        name = "growth",
        mixinStandardHelpOptions = true,
        description = {
            "Measures what a running quorum costs while it grows: works at each number of shards, then watchers.",
            "For each size it writes what is missing, waits until the nodes are calm, and measures each work over all"
                    + " keys. What it has written stays: measure a quorum that can be thrown away."
        })
public final class GrowthCommand implements Callable<Integer> {
    private static final int OUTSTANDING_MAX = 10_000;
    private static final int WATCHERS_MAX = 100_000;
    /** As long as a node lets any call take. */
    private static final CallSettings SETTINGS = CallSettings.DEFAULT.withDeadline(Duration.ofSeconds(10));

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--context",
            paramLabel = "FILE|DIR",
            description = "client.yaml of the quorum, or its directory. Default: $$OMNIRELAY_CONTEXT, then the quorum"
                    + " that was started last.")
    @Nullable
    Path context;

    @Option(
            names = "--shards",
            split = ",",
            paramLabel = "N",
            defaultValue = "1000,10000,100000,1000000",
            description = "Sizes, ascending; a mesh has room for 1,000,000. Default: ${DEFAULT-VALUE}.")
    List<Integer> shards = List.of();

    @Option(
            names = "--work",
            split = ",",
            paramLabel = "WORK",
            defaultValue = "put,read-linearizable,list",
            description = "Any of put, read-linearizable, read-local, list (1,000 records in 2 pages), mixed (4 reads"
                    + " to 1 put), of any key. Default: ${DEFAULT-VALUE}.")
    List<String> works = List.of();

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            defaultValue = "64",
            description = "Calls under way at a time. Default: ${DEFAULT-VALUE}.")
    int outstanding;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "8s",
            description = "Of one measurement. Default: ${DEFAULT-VALUE}.")
    String duration = "";

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "4s",
            description = "Before each measurement, not counted. Default: ${DEFAULT-VALUE}.")
    String warmup = "";

    @Option(
            names = "--value-bytes",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Size of a value, 1 to " + Dataset.VALUE_BYTES_MAX + ". Default: ${DEFAULT-VALUE}.")
    int valueBytes;

    @Option(
            names = "--watchers",
            split = ",",
            paramLabel = "N",
            description = "Watchers of one node, ascending, for example 10,100,1000,10000. Ten of them share a"
                    + " namespace of one shard, and changes go to the namespaces in turn: ten are told of each change,"
                    + " however many watch. A node takes 10,000 unless watch.watchers-max says otherwise. Default:"
                    + " none.")
    List<Integer> watchers = List.of();

    @Option(names = "--node", paramLabel = "ID", description = "Whom to watch. Default: the first that the file names.")
    @Nullable
    String node;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "200",
            description = "Changes per second that the watchers follow, as far as the quorum takes them. Default:"
                    + " ${DEFAULT-VALUE}.")
    int rate;

    @Option(
            names = "--calm-within",
            paramLabel = "TIME",
            defaultValue = "2m",
            description = "How long to wait, before each size and each number of watchers, until all nodes together use"
                    + " less than a fifth of a core for a second; then it is measured anyway, and said so. Default:"
                    + " ${DEFAULT-VALUE}.")
    String calmWithin = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "bench-results",
            description = "Where " + GrowthFiles.RESULTS + ", " + GrowthFiles.TABLE + ", " + GrowthFiles.SHARDS_PLOT
                    + " and " + GrowthFiles.WATCHERS_PLOT
                    + " go, after every measurement. Default: ${DEFAULT-VALUE}.")
    Path out = Path.of("");

    /** @return 0, or 1 if a work did nothing but fail or a watcher was wrong */
    @Override
    public Integer call() throws IOException, InterruptedException {
        OptionValues options = new OptionValues(spec);
        GrowthPlan plan = plan(options);
        RunningQuorum quorum = RunningQuorum.find(context);
        ProcFiles proc = new ProcFiles(Path.of("/proc"));
        PrintWriter progress = spec().commandLine().getErr();
        LocalNodes nodes = quorum.allOrNone(proc, progress);
        DiskFloor disk = nodes.nodes().isEmpty() ? null : DiskFloor.probe(quorum.directory());
        GrowthResults results = new GrowthResults(
                plan,
                "omnirelay bench "
                        + String.join(" ", spec().commandLine().getParseResult().originalArgs()),
                Machine.current(
                        quorum.context().clusterId(),
                        nodes.nodes().stream().map(LocalNodes.Node::name).toList()),
                disk,
                Instant.now());
        GrowthFiles files = new GrowthFiles(out);
        try (MeshKitClient client = quorum.context().toBuilder()
                .settings(SETTINGS)
                .transport(quorum.transport())
                .build()) {
            Function<Dataset, Driver> drivers = dataset -> new MeshKitDriver(client, SETTINGS, dataset);
            // First, so that a file without a token is not found after minutes of filling.
            GrowthWatches.Measure watching = watching(options, plan, quorum, client, proc);
            new Growth(plan, drivers, nodes, proc, results, files, progress).run();
            new GrowthWatches(plan, drivers, watching, nodes, proc, results, files, progress).run();
        }
        PrintWriter answer = spec().commandLine().getOut();
        answer.println(GrowthTable.of(results));
        answer.println("Everything, and plots: " + out);
        answer.flush();
        return results.holds() ? 0 : ErrorCode.INTERNAL.exitCode();
    }

    private GrowthWatches.Measure watching(
            OptionValues options, GrowthPlan plan, RunningQuorum quorum, MeshKitClient client, ProcFiles proc)
            throws IOException {
        if (plan.watchers().isEmpty()) {
            return (count, datasets) -> {
                throw new IllegalStateException("no watchers are to be measured");
            };
        }
        RunningQuorum.Secrets secrets = quorum.secrets(options, "watchers need");
        Endpoint watched = options.endpoint("--node", node, quorum.context().endpoints());
        LocalNodes one = LocalNodes.find(quorum.directory(), List.of(watched.node()), proc);
        return (count, datasets) -> new FanOut(client, SETTINGS, datasets, watched, secrets, one, proc)
                .run(count, 0, new FanOut.Changes(plan.rate(), 1), 1, plan.warmup(), plan.duration());
    }

    private GrowthPlan plan(OptionValues options) {
        List<Work> wanted = new ArrayList<>();
        for (String label : works) {
            Work work;
            try {
                work = Work.of(label);
            } catch (IllegalArgumentException e) {
                throw options.invalid("--work", String.valueOf(e.getMessage()));
            }
            if (work.kind() != Work.Kind.LOOP) {
                throw options.invalid("--work", label + " is not measured here: use bench run, or --watchers");
            }
            if (wanted.contains(work)) {
                throw options.invalid("--work", label + " is named twice");
            }
            wanted.add(work);
        }
        options.requireAscending("--shards", shards, GrowthWatches.SHARDS_MAX);
        options.requireAscending("--watchers", watchers, WATCHERS_MAX);
        options.requireRange("--outstanding", outstanding, OUTSTANDING_MAX);
        options.requireRange("--value-bytes", valueBytes, Dataset.VALUE_BYTES_MAX);
        options.requireRange("--rate", rate, 100_000);
        return new GrowthPlan(
                List.copyOf(shards),
                List.copyOf(wanted),
                outstanding,
                options.duration("--warmup", warmup),
                options.duration("--duration", duration),
                valueBytes,
                List.copyOf(watchers),
                rate,
                options.duration("--calm-within", calmWithin));
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("not run by the command line");
        }
        return spec;
    }
}
