package io.meshkit.bench.run;

import com.google.gson.GsonBuilder;
import io.meshkit.api.ErrorCode;
import io.meshkit.bench.systems.Dataset;
import io.meshkit.bench.systems.Driver;
import io.meshkit.bench.systems.MeshKitDriver;
import io.meshkit.bench.systems.Stamps;
import io.meshkit.client.CallSettings;
import io.meshkit.client.ClientContext;
import io.meshkit.client.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench transports}. */
@Command(
        name = "transports",
        mixinStandardHelpOptions = true,
        description = "Compares the transports of a node in one run: the same unary call (one shard, read locally) by"
                + " each of them in turn, one connection each, under a closed loop. Prints ratios to the first.")
public final class TransportsCommand implements Callable<Integer> {
    private static final String NAMESPACE = "bench";
    private static final String RESULTS = "transports.json";
    private static final int OUTSTANDING_MAX = 256;
    private static final long DRAIN_MS = 15_000;
    private static final CallSettings SETTINGS = CallSettings.DEFAULT.withDeadline(Duration.ofSeconds(10));

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--context",
            paramLabel = "FILE|DIR",
            description = "client.yaml of the quorum, or its directory; must name a token file. Default:"
                    + " $$OMNIRELAY_CONTEXT, then the quorum that was started last.")
    @Nullable
    Path context;

    @Option(names = "--node", paramLabel = "ID", description = "Whom to ask. Default: the first that the file names.")
    @Nullable
    String node;

    @Option(
            names = "--ways",
            split = ",",
            paramLabel = "WAY",
            defaultValue = "grpc-h2,grpc-h2-https,grpc-h3,rest-h2,rest-h3",
            description = "Any of grpc-h2, grpc-h2-https (on the HTTPS port), grpc-h3, rest-h2, rest-h3; the others are"
                    + " compared with the first. Default: all.")
    List<String> ways = List.of();

    @Option(
            names = "--outstanding",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,16,64,256",
            description = "Calls under way at a time, 1 to " + OUTSTANDING_MAX + ". Default: ${DEFAULT-VALUE}.")
    List<Integer> outstanding = List.of();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "Of one measurement. Default: ${DEFAULT-VALUE}.")
    String duration = "";

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "2s",
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
            defaultValue = "1000",
            description = "Shards of namespace " + NAMESPACE + " to write and read. Default: ${DEFAULT-VALUE}.")
    int keys;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "bench-results",
            description = "Where " + RESULTS + " goes. Default: ${DEFAULT-VALUE}.")
    Path out = Path.of("");

    /** @return 0, or 1 if a way did nothing but fail */
    @Override
    public Integer call() throws IOException, InterruptedException {
        OptionValues options = new OptionValues(spec);
        List<Way> wanted = ways.stream().map(label -> way(options, label)).toList();
        outstanding.forEach(each -> options.requireRange("--outstanding", each, OUTSTANDING_MAX));
        options.requireRange("--rounds", rounds, 1_000);
        options.requireRange("--value-bytes", valueBytes, Dataset.VALUE_BYTES_MAX);
        options.requireRange("--keys", keys, 1_000_000);
        Duration window = options.duration("--duration", duration);
        Duration before = options.duration("--warmup", warmup);
        RunningQuorum running = RunningQuorum.find(context);
        ClientContext quorum = running.context();
        RunningQuorum.Secrets secrets = running.secrets(options, "every way needs");
        Endpoint asked = options.endpoint("--node", node, quorum.endpoints());
        Dataset dataset = Dataset.of(NAMESPACE, keys, valueBytes);
        PrintWriter progress = spec().commandLine().getErr();
        Stamps stamps = new Stamps();
        try (Driver driver =
                new MeshKitDriver(quorum.toBuilder().settings(SETTINGS).build(), SETTINGS, dataset)) {
            progress.println("writing " + keys + " keys");
            Fill.keys(driver, 0, keys, stamps, new BulkProgress(progress, keys));
        }
        ProcFiles proc = new ProcFiles(Path.of("/proc"));
        LocalNodes local = LocalNodes.find(running.directory(), List.of(asked.node()), proc);
        Files.createDirectories(out);
        List<WaySample> samples = new ArrayList<>();
        try (Ways open = new Ways(wanted, asked, secrets.caPem(), secrets.token(), dataset)) {
            for (int round = 1; round <= rounds; round++) {
                for (int load : outstanding) {
                    for (Way way : wanted) {
                        WaySample sample = measure(open, way, load, round, before, window, local, proc);
                        samples.add(sample);
                        Files.writeString(out.resolve(RESULTS), json(samples));
                        progress.println(String.format(
                                Locale.ROOT,
                                "round %d %s %d: %,.0f/s, p99 %.2f ms, errors: %s",
                                round,
                                way.label(),
                                load,
                                sample.perSecond(),
                                sample.p99Ms(),
                                Table.errors(sample.errors())));
                        progress.flush();
                    }
                }
            }
        }
        PrintWriter answer = spec().commandLine().getOut();
        answer.print(WayTable.of(samples, wanted.getFirst()));
        answer.println();
        wanted.forEach(way -> answer.println(way.label() + ": " + way.description()));
        answer.printf(
                Locale.ROOT,
                "Cores that others kept busy: at most %.2f of %d. Everything: %s%n",
                samples.stream().mapToDouble(WaySample::othersCores).max().orElse(Double.NaN),
                Runtime.getRuntime().availableProcessors(),
                out.resolve(RESULTS));
        answer.flush();
        return samples.stream().anyMatch(sample -> !(sample.perSecond() > 0)) ? ErrorCode.INTERNAL.exitCode() : 0;
    }

    private static WaySample measure(
            Ways open,
            Way way,
            int outstanding,
            int round,
            Duration warmup,
            Duration window,
            LocalNodes local,
            ProcFiles proc)
            throws InterruptedException {
        ClosedLoop loop = new ClosedLoop(open.of(way));
        loop.start(outstanding);
        Thread.sleep(warmup.toMillis());
        loop.beginWindow();
        long server = total(local.cpuNanos(proc));
        long machine = proc.machineBusyNanos();
        long client = proc.cpuNanos(ProcessHandle.current().pid());
        Thread.sleep(window.toMillis());
        server = total(local.cpuNanos(proc)) - server;
        machine = proc.machineBusyNanos() - machine;
        client = proc.cpuNanos(ProcessHandle.current().pid()) - client;
        Tally tally = loop.endWindow(DRAIN_MS);
        boolean known = !local.nodes().isEmpty();
        return new WaySample(
                way,
                outstanding,
                round,
                tally.perSecond(),
                tally.percentileMs(50),
                tally.percentileMs(99),
                known && tally.operations() > 0 ? server / 1e3 / tally.operations() : Double.NaN,
                known ? Math.max(0, machine - server - client) / (double) tally.elapsedNanos() : Double.NaN,
                tally.errors());
    }

    private static long total(List<Long> nanos) {
        return nanos.stream().mapToLong(Long::longValue).sum();
    }

    private static String json(List<WaySample> samples) {
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .serializeSpecialFloatingPointValues()
                        .create()
                        .toJson(samples)
                + "\n";
    }

    private static Way way(OptionValues options, String label) {
        try {
            return Way.of(label);
        } catch (IllegalArgumentException e) {
            throw options.invalid("--ways", String.valueOf(e.getMessage()));
        }
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("not run by the command line");
        }
        return spec;
    }
}
