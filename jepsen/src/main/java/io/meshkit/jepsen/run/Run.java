package io.meshkit.jepsen.run;

import com.google.gson.JsonObject;
import io.meshkit.jepsen.checker.Checkers;
import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.cluster.Cluster;
import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.generator.Pacer;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.HistoryWriter;
import io.meshkit.jepsen.nemesis.Arena;
import io.meshkit.jepsen.nemesis.Nemesis;
import io.meshkit.jepsen.nemesis.Schedule;
import io.meshkit.jepsen.net.Network;
import io.meshkit.jepsen.report.Fault;
import io.meshkit.jepsen.report.Leader;
import io.meshkit.jepsen.report.Report;
import io.meshkit.jepsen.report.RunResult;
import io.meshkit.jepsen.workload.Plan;
import io.meshkit.jepsen.workload.Workload;
import io.meshkit.jepsen.workload.Workloads;
import io.meshkit.v1.GetQuorumStatusResponse;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** One run, inside the sandbox: start, warm-up, load and faults, recovery, last reads, verdict. */
final class Run {
    private static final Duration START_LIMIT = Duration.ofSeconds(240);
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(60);
    /** What a fault held up may be done so much later, as a share of the load's time. */
    private static final int LATE_SHARE = 3;

    /** The first keys of the workload watch: each also has a watch of its own. */
    private static final List<String> WATCHED_ALONE = List.of("jepsen.w0", "jepsen.w1");

    private final RunOptions options;
    private final Map<String, Nemesis> nemeses;
    private final Skips skips;
    private final PrintStream out;
    private final List<Judgement> judgements = Collections.synchronizedList(new ArrayList<>());
    private final SequencedMap<String, String> noted = new LinkedHashMap<>();

    /** @param nemeses that this machine can do, by name */
    Run(RunOptions options, Map<String, Nemesis> nemeses, Skips skips, PrintStream out) {
        this.options = options;
        this.nemeses = nemeses;
        this.skips = skips;
        this.out = out;
    }

    /** @throws IOException if it could not be done; whatever was started is stopped */
    RunResult run() throws IOException, InterruptedException {
        Random seeds = new Random(options.seed());
        Random ofFaults = new Random(seeds.nextLong());
        Schedule schedule = Schedule.of(
                List.copyOf(nemeses.keySet()),
                TimeUnit.SECONDS.toMillis(options.timeLimitSeconds()),
                options.quietMs(),
                options.faultMs(),
                ofFaults);
        Workload workload = Workloads.of(
                options.workloads(),
                new Plan(
                        options.threads(),
                        options.nodes(),
                        (long) (options.rate() * options.timeLimitSeconds()),
                        new Random(seeds.nextLong())));
        Files.createDirectories(options.out());
        Path recorded = options.out().resolve(Report.HISTORY);
        List<Fault> faults;
        List<Leader> leaders;
        try (Network network = Network.create(Cluster.names(options.nodes()));
                Cluster cluster = Cluster.create(options.out().resolve(Remains.QUORUM), network)) {
            cluster.prepareEach(node -> node.addSettings(workload.settings()));
            Arena arena = new Arena(cluster, network, ofFaults, options.out());
            start(cluster, arena);
            try (HistoryWriter history = HistoryWriter.open(recorded);
                    Load load = new Load(
                            workload,
                            history,
                            cluster::context,
                            cluster::ids,
                            options.threads(),
                            options.transports());
                    Watchers watchers = new Watchers(history, workload.records());
                    LeaderWatch leaderWatch = new LeaderWatch(cluster)) {
                workload.setUp(load.client(0));
                note(WarmUp.run(load, options.threads(), out));
                if (workload.isWatched()) {
                    watchers.start(load.nodeClients(), options.nodes(), WATCHED_ALONE);
                }
                faults = hurt(load, schedule, arena, history);
                recover(cluster, network);
                load.perform(workload.finalReads());
                if (workload.isWatched()) {
                    judgements.add(watchers.finish(newestRevision(cluster), cluster.ids()));
                }
                readFinals(cluster, load, history, workload);
                leaders = leaderWatch.seen();
            } finally {
                Remains.keepLogs(cluster, options.out());
            }
        }
        out.println("judging");
        History history = History.read(recorded);
        judgements.addAll(Checkers.judge(options.workloads(), history));
        return new RunResult(skips.describe(options, noted), history, judgements, faults, leaders);
    }

    private void start(Cluster cluster, Arena arena) throws IOException, InterruptedException {
        for (Nemesis nemesis : nemeses.values()) {
            nemesis.prepare(arena);
        }
        out.println("starting " + options.nodes() + " nodes");
        for (Node node : cluster.nodes()) {
            node.start();
        }
        if (!cluster.isReady(cluster.awaitReady(START_LIMIT))) {
            throw new IOException("the quorum does not get ready within " + START_LIMIT.toSeconds() + " s; "
                    + cluster.nodes().get(0).lastLines(20));
        }
    }

    private List<Fault> hurt(Load load, Schedule schedule, Arena arena, HistoryWriter history)
            throws IOException, InterruptedException {
        out.printf(
                Locale.ROOT,
                "%d s of load, %.0f operations/s offered by %d clients, %d faults%n",
                options.timeLimitSeconds(),
                options.rate(),
                options.threads(),
                schedule.steps().size());
        long quietMs = schedule.steps().isEmpty()
                ? TimeUnit.SECONDS.toMillis(options.timeLimitSeconds())
                : schedule.steps().get(0).atMs();
        long limitNanos = TimeUnit.SECONDS.toNanos(options.timeLimitSeconds());
        Pacer pacer = new Pacer(options.rate(), limitNanos, limitNanos / LATE_SHARE, System::nanoTime);
        long startNanos = System.nanoTime();
        Thread meter = Thread.ofPlatform().name("meter").start(() -> {
            try {
                TimeUnit.MILLISECONDS.sleep(quietMs);
                judgements.add(RunChecks.rate(load.completed(), quietMs / 1000.0, options.rate()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (Faults faults = new Faults(schedule, nemeses, arena, history, out)) {
            faults.start();
            load.run(pacer);
            meter.join();
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            noted.put("loadSeconds", String.format(Locale.ROOT, "%.1f", seconds));
            out.printf(
                    Locale.ROOT,
                    "%d of %.0f operations done in %.1f s%n",
                    load.completed(),
                    options.rate() * options.timeLimitSeconds(),
                    seconds);
            return faults.finish();
        } finally {
            meter.interrupt();
        }
    }

    /** Whatever the faults left behind is healed, and the quorum must get well. */
    private void recover(Cluster cluster, Network network) throws IOException, InterruptedException {
        network.heal();
        for (Node node : cluster.nodes()) {
            node.resume();
        }
        judgements.add(RunChecks.processes(options.nodes(), cluster.unwantedEnds()));
        for (Node node : cluster.nodes()) {
            node.start();
        }
        long start = System.nanoTime();
        Map<String, GetQuorumStatusResponse> answers = cluster.awaitReady(RECOVERY_LIMIT);
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        List<String> states = cluster.ids().stream()
                .map(id -> id + ": " + (answers.get(id) == null ? "no answer" : answers.get(id)))
                .toList();
        judgements.add(RunChecks.recovery(cluster.isReady(answers), tookMs, states));
    }

    private static long newestRevision(Cluster cluster) {
        return cluster.ask().values().stream()
                .mapToLong(GetQuorumStatusResponse::getRevision)
                .max()
                .orElse(0);
    }

    private void note(WarmUp warmUp) {
        noted.put("warmUpSeconds", String.format(Locale.ROOT, "%.1f", warmUp.seconds()));
        noted.put("warmUpRate", String.format(Locale.ROOT, "%.0f", warmUp.rate()));
    }

    private void readFinals(Cluster cluster, Load load, HistoryWriter history, Workload workload) {
        long revision = newestRevision(cluster);
        List<Finals> nodes = IntStream.range(0, options.nodes())
                .mapToObj(i -> new Finals(load.client(i), revision, history, workload.records()))
                .toList();
        tryFinal(history, () -> Finals.recordHashes(nodes));
        nodes.forEach(node -> tryFinal(history, node::record));
    }

    private static void tryFinal(HistoryWriter history, Runnable read) {
        try {
            read.run();
        } catch (RuntimeException e) {
            JsonObject why = new JsonObject();
            why.addProperty("error", String.valueOf(e.getMessage()));
            history.append("final", EventType.INFO, "unreadable", null, why);
        }
    }
}
