package io.meshkit.bench.run;

import io.meshkit.api.ErrorCode;
import io.meshkit.bench.systems.Contenders;
import io.meshkit.bench.systems.Dataset;
import io.meshkit.bench.systems.Driver;
import io.meshkit.bench.systems.MeshKitDriver;
import io.meshkit.bench.systems.Work;
import io.meshkit.client.CallSettings;
import io.meshkit.client.TransportMode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Measures under a closed loop of asynchronous calls, as a client sees it: TLS, authentication and durable"
                    + " writes as the quorum has them.",
            "Without --systems: a running quorum. With it: each system as three processes of its own on this machine,"
                    + " in turn within one run; other systems without TLS and authentication, their clients bound to"
                    + " the leader."
        })
public final class RunCommand implements Callable<Integer> {
    private static final String NAMESPACE = "bench";
    private static final String RESULTS = "bench.json";
    private static final String REPORT = "report.html";
    private static final int OUTSTANDING_MAX = 10_000;
    private static final int KEYS_MAX = 10_000_000;
    private static final int WATCHERS_MAX = 10_000;
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
            names = "--work",
            split = ",",
            paramLabel = "WORK",
            defaultValue = "put,read-linearizable,read-local,list,mixed",
            description = "Any of put, read-linearizable, read-local, list (1,000 records in 2 pages), mixed (4 reads"
                    + " to 1 put), watch (deliveries of puts to --watchers watches); with --systems also failover"
                    + " (kill -9 of the leader to the next acknowledged put) and start (all processes, to the first"
                    + " acknowledged put). Default: ${DEFAULT-VALUE}.")
    List<String> works = List.of();

    @Option(
            names = "--outstanding",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,16,64,256",
            description = "Calls under way at a time. Default: ${DEFAULT-VALUE}.")
    List<Integer> outstanding = List.of();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "Of one measurement. Default: ${DEFAULT-VALUE}.")
    String duration = "";

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "3s",
            description = "Before each measurement, not counted. Default: ${DEFAULT-VALUE}.")
    String warmup = "";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Every round measures everything once; medians count. Default: ${DEFAULT-VALUE}.")
    int rounds;

    @Option(
            names = "--warmup-rounds",
            paramLabel = "N",
            defaultValue = "0",
            description = "Whole rounds before those, for JVMs that take minutes to compile: measured, written down as"
                    + " warm-up and not counted. Of works that start processes there are none. Default:"
                    + " ${DEFAULT-VALUE}.")
    int warmupRounds;

    @Option(
            names = "--value-bytes",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Size of a value, 1 to " + Dataset.VALUE_BYTES_MAX + ". Default: ${DEFAULT-VALUE}.")
    int valueBytes;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Shards of namespace " + NAMESPACE + " to write and read. Default: ${DEFAULT-VALUE}.")
    int keys;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "bench-results",
            description = "Where " + RESULTS + " and " + REPORT + " go. Default: ${DEFAULT-VALUE}.")
    Path out = Path.of("");

    @Option(
            names = "--watchers",
            paramLabel = "N",
            defaultValue = "100",
            description = "Watches of all keys in work watch. Default: ${DEFAULT-VALUE}.")
    int watchers;

    @Option(
            names = "--systems",
            split = ",",
            paramLabel = "SYSTEM",
            description = "Any of meshkit, etcd, zookeeper. What is not installed is skipped, with a word how to.")
    List<String> systems = List.of();

    @Option(
            names = "--transports",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "grpc,http3",
            description = "With --systems, of the registry's client: a line each. Default: ${DEFAULT-VALUE}.")
    List<String> transports = List.of();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "With --systems: where they keep their data, on one disk; removed at the end. Default:"
                    + " data in --out.")
    @Nullable
    Path data;

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            defaultValue = "19440",
            description = "With --systems: a hundred ports for each from here on. Default: ${DEFAULT-VALUE}.")
    int basePort;

    @Option(names = "--cleanup", description = "Delete the shards at the end.")
    boolean cleanup;

    /** @return 0, or 1 if a work did nothing but fail */
    @Override
    public Integer call() throws IOException, InterruptedException {
        Plan plan = plan();
        Files.createDirectories(out);
        Path file = out.resolve(RESULTS);
        Results results = systems.isEmpty() ? running(plan, file) : sideBySide(plan, file);
        Files.writeString(file, results.toJson());
        Files.writeString(out.resolve(REPORT), HtmlReport.of(results));
        PrintWriter answer = spec().commandLine().getOut();
        answer.print(Table.of(results));
        answer.println("Everything: " + file + ", " + out.resolve(REPORT));
        answer.flush();
        boolean failed = results.summaries().stream().anyMatch(summary -> !(summary.perSecond() > 0))
                || results.times().values().stream().anyMatch(times -> !Double.isFinite(Results.medianMs(times)));
        return failed ? ErrorCode.INTERNAL.exitCode() : 0;
    }

    private Results sideBySide(Plan plan, Path file) throws IOException, InterruptedException {
        return new SideBySide(
                        plan,
                        Dataset.of(NAMESPACE, plan.keys(), plan.valueBytes()),
                        wantedSystems(),
                        transports,
                        data == null ? out.resolve("data") : data,
                        basePort,
                        spec().commandLine().getErr())
                .run(file);
    }

    private Results running(Plan plan, Path results) throws IOException, InterruptedException {
        RunningQuorum quorum = RunningQuorum.find(context);
        ProcFiles proc = new ProcFiles(Path.of("/proc"));
        PrintWriter progress = spec().commandLine().getErr();
        LocalNodes nodes = quorum.allOrNone(proc, progress);
        DiskFloor disk = nodes.nodes().isEmpty() ? null : DiskFloor.probe(quorum.directory());
        List<String> local = nodes.nodes().stream().map(LocalNodes.Node::name).toList();
        Results measured = new Results(plan, Machine.current(quorum.context().clusterId(), local), disk, Instant.now());
        TransportMode transport = quorum.transport();
        String name = "meshkit/" + transport.label();
        try (Driver driver = new MeshKitDriver(
                quorum.context().toBuilder()
                        .settings(SETTINGS)
                        .transport(transport)
                        .build(),
                SETTINGS,
                Dataset.of(NAMESPACE, plan.keys(), plan.valueBytes()))) {
            measured.describe(name, "the quorum " + quorum.context().clusterId());
            Runner runner = new Runner(plan, List.of(new Line(name, driver, nodes, true)), proc, progress);
            try {
                runner.fill();
                runner.run(measured, results);
            } finally {
                if (cleanup) {
                    runner.cleanUp();
                }
            }
        }
        return measured;
    }

    private List<Contenders> wantedSystems() {
        OptionValues options = new OptionValues(spec);
        List<Contenders> wanted = new ArrayList<>();
        for (String system : systems) {
            try {
                wanted.add(Contenders.of(system));
            } catch (IllegalArgumentException e) {
                throw options.invalid("--systems", String.valueOf(e.getMessage()));
            }
        }
        for (String transport : transports) {
            try {
                TransportMode.parse(transport);
            } catch (IllegalArgumentException e) {
                throw options.invalid("--transports", String.valueOf(e.getMessage()));
            }
        }
        options.requireRange("--base-port", basePort, 65_000);
        return wanted;
    }

    private Plan plan() {
        OptionValues options = new OptionValues(spec);
        List<Work> wanted = new ArrayList<>();
        for (String work : works) {
            try {
                wanted.add(Work.of(work));
            } catch (IllegalArgumentException e) {
                throw options.invalid("--work", String.valueOf(e.getMessage()));
            }
        }
        if (systems.isEmpty()) {
            wanted.stream()
                    .filter(work -> work.kind() == Work.Kind.TIME)
                    .findFirst()
                    .ifPresent(work -> {
                        throw options.invalid(
                                "--work", work.label() + " kills and starts nodes: it needs --systems meshkit");
                    });
        }
        outstanding.forEach(each -> options.requireRange("--outstanding", each, OUTSTANDING_MAX));
        options.requireRange("--rounds", rounds, 1_000);
        options.requireRange("--warmup-rounds", 0, warmupRounds, 1_000);
        options.requireRange("--value-bytes", valueBytes, Dataset.VALUE_BYTES_MAX);
        options.requireRange("--keys", keys, KEYS_MAX);
        options.requireRange("--watchers", watchers, WATCHERS_MAX);
        return new Plan(
                List.copyOf(wanted),
                List.copyOf(outstanding),
                options.duration("--warmup", warmup),
                options.duration("--duration", duration),
                warmupRounds,
                rounds,
                keys,
                valueBytes,
                watchers);
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("not run by the command line");
        }
        return spec;
    }
}
