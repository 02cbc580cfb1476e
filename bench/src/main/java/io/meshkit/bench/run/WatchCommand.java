package io.meshkit.bench.run;

import com.google.gson.GsonBuilder;
import io.meshkit.api.ErrorCode;
import io.meshkit.bench.systems.Dataset;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench watch}. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Watches one node many times over while shards change, and walks through many shards while they"
                + " change. Every watcher's sequence and every page are compared with the journal.")
public final class WatchCommand implements Callable<Integer> {
    private static final String RESULTS = "watch.json";
    private static final String NAMESPACE = "bench-watch";
    private static final int WATCHED_KEYS = 200;
    /** A record may change once in a transaction: not more than are watched. */
    private static final int TOGETHER_MAX = 100;

    private static final CallSettings SETTINGS = CallSettings.DEFAULT.withDeadline(Duration.ofSeconds(30));

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

    @Option(names = "--node", paramLabel = "ID", description = "Whom to watch. Default: the first that the file names.")
    @Nullable
    String node;

    @Option(
            names = "--watchers",
            split = ",",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Watchers of the node, 0: none of this part. Default: ${DEFAULT-VALUE}.")
    List<Integer> watchers = List.of();

    @Option(
            names = "--stalled",
            paramLabel = "N",
            defaultValue = "50",
            description = "Measure each load once more with so many watchers beside it that do not read; 0: do not."
                    + " Default: ${DEFAULT-VALUE}.")
    int stalled;

    @Option(
            names = "--namespaces",
            paramLabel = "N",
            defaultValue = "1",
            description = "Changes go to so many namespaces in turn, and each watcher watches one of them: it is told"
                    + " of one change in N. Default: ${DEFAULT-VALUE}.")
    int namespaces;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Changes per second to aim at; fewer if the quorum takes fewer. Default: ${DEFAULT-VALUE}.")
    int rate;

    @Option(
            names = "--together",
            paramLabel = "N",
            defaultValue = "1",
            description = "Changes of one transaction, 1 to " + TOGETHER_MAX + "; 1: each is a call of its own. A"
                    + " transaction's changes go to one namespace after the other. Default: ${DEFAULT-VALUE}.")
    int together;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "Of one measurement. Default: ${DEFAULT-VALUE}.")
    String duration = "";

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "Before each measurement, not counted. Default: ${DEFAULT-VALUE}.")
    String warmup = "";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Every round measures every load once, with and without the stalled ones, who come first in"
                    + " every second round; medians count. Default: ${DEFAULT-VALUE}.")
    int rounds;

    @Option(
            names = "--value-bytes",
            paramLabel = "N",
            defaultValue = "256",
            description = "Size of a value, 1 to " + Dataset.VALUE_BYTES_MAX + ". Default: ${DEFAULT-VALUE}.")
    int valueBytes;

    @Option(
            names = "--shards",
            split = ",",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Walk through so many shards, each number in a namespace of its own, which is filled first and"
                            + " kept; 0: none of this part. Default: ${DEFAULT-VALUE}.")
    List<Integer> shards = List.of();

    @Option(
            names = "--paging-rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "Changes per second to aim at during a walk. Default: ${DEFAULT-VALUE}.")
    int pagingRate;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "bench-results",
            description = "Where " + RESULTS + " goes. Default: ${DEFAULT-VALUE}.")
    Path out = Path.of("");

    /** @return 0, or 1 if a watcher or a page was wrong */
    @Override
    public Integer call() throws IOException, InterruptedException {
        OptionValues options = new OptionValues(spec);
        watchers.forEach(each -> options.requireRange("--watchers", each + 1, 100_001));
        options.requireRange("--stalled", stalled + 1, 10_001);
        options.requireRange("--namespaces", namespaces, 10_000);
        options.requireRange("--rate", rate, 100_000);
        options.requireRange("--together", together, TOGETHER_MAX);
        options.requireRange("--paging-rate", pagingRate, 100_000);
        options.requireRange("--rounds", rounds, 1_000);
        options.requireRange("--value-bytes", valueBytes, Dataset.VALUE_BYTES_MAX);
        shards.forEach(each -> options.requireRange("--shards", each + 1, 1_000_001));
        Duration window = options.duration("--duration", duration);
        Duration before = options.duration("--warmup", warmup);
        RunningQuorum running = RunningQuorum.find(context);
        ClientContext quorum = running.context();
        RunningQuorum.Secrets secrets = running.secrets(options, "watchers need");
        Endpoint watched = options.endpoint("--node", node, quorum.endpoints());
        ProcFiles proc = new ProcFiles(Path.of("/proc"));
        LocalNodes one = LocalNodes.find(running.directory(), List.of(watched.node()), proc);
        LocalNodes every = LocalNodes.find(running.directory(), running.names(), proc);
        Files.createDirectories(out);
        List<WatchSample> told = new ArrayList<>();
        List<PagingSample> walked = new ArrayList<>();
        try (MeshKitClient client = quorum.toBuilder()
                .settings(SETTINGS)
                .transport(TransportMode.GRPC)
                .build()) {
            List<Dataset> datasets = IntStream.range(0, namespaces)
                    .mapToObj(
                            i -> Dataset.of(NAMESPACE + "-ns" + i, Math.ceilDiv(WATCHED_KEYS, namespaces), valueBytes))
                    .toList();
            FanOut fanOut = new FanOut(client, SETTINGS, datasets, watched, secrets, one, proc);
            FanOut.Changes changes = new FanOut.Changes(rate, together);
            for (int round = 1; round <= rounds; round++) {
                for (int load : watchers) {
                    for (int beside : beside(round)) {
                        if (load > 0) {
                            told.add(fanOut.run(load, beside, changes, round, before, window));
                            say(told.getLast());
                            save(told, walked);
                        }
                    }
                }
            }
            for (int count : shards) {
                if (count > 0) {
                    Dataset many = Dataset.of(NAMESPACE + "-" + count, count, valueBytes);
                    walked.add(new Paging(client, SETTINGS, many, every, proc).run(pagingRate));
                    save(told, walked);
                }
            }
        }
        PrintWriter answer = spec().commandLine().getOut();
        if (!told.isEmpty()) {
            answer.println(WatchTable.ofWatches(told));
        }
        if (!walked.isEmpty()) {
            answer.println(WatchTable.ofPages(walked));
        }
        answer.println("Everything: " + out.resolve(RESULTS));
        answer.flush();
        boolean right =
                told.stream().allMatch(WatchSample::holds) && walked.stream().allMatch(PagingSample::holds);
        return right ? 0 : ErrorCode.INTERNAL.exitCode();
    }

    /** Whatever grows or warms up from one measurement to the next weighs on both alike. */
    private List<Integer> beside(int round) {
        if (stalled == 0) {
            return List.of(0);
        }
        return round % 2 == 1 ? List.of(0, stalled) : List.of(stalled, 0);
    }

    private void say(WatchSample sample) {
        PrintWriter progress = spec().commandLine().getErr();
        progress.println(String.format(
                Locale.ROOT,
                "round %d: %d watchers, %d stalled: %,.0f changes/s, %,.0f told/s, p50 %.1f ms, p99 %.1f ms, lag p99 %.2f ms, wrong: %d,"
                        + " missing: %d, failed changes: %d",
                sample.round(),
                sample.watchers(),
                sample.stalled(),
                sample.changesPerSecond(),
                sample.deliveredPerSecond(),
                sample.p50Ms(),
                sample.p99Ms(),
                sample.lagP99Ms(),
                sample.wrong(),
                sample.missing(),
                sample.failedChanges()));
        progress.flush();
    }

    private void save(List<WatchSample> told, List<PagingSample> walked) throws IOException {
        String json = new GsonBuilder()
                .setPrettyPrinting()
                .serializeSpecialFloatingPointValues()
                .create()
                .toJson(Map.of("watches", told, "walks", walked));
        Files.writeString(out.resolve(RESULTS), json + "\n");
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("not run by the command line");
        }
        return spec;
    }
}
