package io.meshkit.bench.run;

import io.meshkit.api.ErrorCode;
import io.meshkit.client.CallSettings;
import io.meshkit.client.ClientContext;
import io.meshkit.client.Endpoint;
import io.meshkit.client.MeshKitClient;
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
        description = "Measures a running quorum under a closed loop of asynchronous calls, as a client sees it: TLS,"
                + " authentication and durable writes as the quorum has them.")
public final class RunCommand implements Callable<Integer> {
    private static final String NAMESPACE = "bench";
    private static final String RESULTS = "bench.json";
    private static final int OUTSTANDING_MAX = 10_000;
    private static final int KEYS_MAX = 10_000_000;
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
                    + " to 1 put). Default: all.")
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
            description = "Where " + RESULTS + " goes. Default: ${DEFAULT-VALUE}.")
    Path out = Path.of("");

    @Option(names = "--cleanup", description = "Delete the shards at the end.")
    boolean cleanup;

    /** @return 0, or 1 if a work did nothing but fail */
    @Override
    public Integer call() throws IOException, InterruptedException {
        Plan plan = plan();
        Path file = ContextFile.find(context, System.getenv());
        ClientContext quorum = ClientContext.load(file);
        ProcFiles proc = new ProcFiles(Path.of("/proc"));
        List<String> names = quorum.endpoints().stream().map(Endpoint::node).toList();
        Path directory = file.resolveSibling(".").normalize();
        LocalNodes nodes = LocalNodes.find(directory, names, proc);
        PrintWriter progress = spec().commandLine().getErr();
        if (nodes.nodes().size() < names.size()) {
            progress.println("not all nodes run on this machine: their CPU time, memory and disk stay unknown");
            nodes = new LocalNodes(directory, List.of());
        }
        Files.createDirectories(out);
        DiskFloor disk = nodes.nodes().isEmpty() ? null : DiskFloor.probe(directory);
        List<String> local = nodes.nodes().stream().map(LocalNodes.Node::name).toList();
        Results results = new Results(plan, Machine.current(quorum.clusterId(), local), disk, Instant.now());
        // One transport for the whole run: figures of a client that may change it between two works compare nothing.
        TransportMode transport = quorum.transport() == TransportMode.AUTO ? TransportMode.GRPC : quorum.transport();
        try (MeshKitClient client =
                quorum.toBuilder().settings(SETTINGS).transport(transport).build()) {
            RegistryWorks registry =
                    new RegistryWorks(client, SETTINGS, Dataset.of(NAMESPACE, plan.keys(), plan.valueBytes()));
            Runner runner = new Runner(plan, client, registry, nodes, proc, progress);
            try {
                runner.run(results, out.resolve(RESULTS));
            } finally {
                if (cleanup) {
                    runner.cleanUp();
                }
            }
        }
        PrintWriter answer = spec().commandLine().getOut();
        answer.print(Table.of(results));
        answer.println("Everything: " + out.resolve(RESULTS));
        answer.flush();
        boolean failed = results.summaries().stream().anyMatch(summary -> !(summary.perSecond() > 0));
        return failed ? ErrorCode.INTERNAL.exitCode() : 0;
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
        outstanding.forEach(each -> options.requireRange("--outstanding", each, OUTSTANDING_MAX));
        options.requireRange("--rounds", rounds, 1_000);
        options.requireRange("--value-bytes", valueBytes, Dataset.VALUE_BYTES_MAX);
        options.requireRange("--keys", keys, KEYS_MAX);
        return new Plan(
                List.copyOf(wanted),
                List.copyOf(outstanding),
                options.duration("--warmup", warmup),
                options.duration("--duration", duration),
                rounds,
                keys,
                valueBytes);
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("not run by the command line");
        }
        return spec;
    }
}
