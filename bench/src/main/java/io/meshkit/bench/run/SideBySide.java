package io.meshkit.bench.run;

import io.meshkit.bench.systems.Contender;
import io.meshkit.bench.systems.Contenders;
import io.meshkit.bench.systems.Dataset;
import io.meshkit.bench.systems.Driver;
import io.meshkit.bench.systems.Work;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Several systems, each with three processes of its own, measured in turn within one run. */
final class SideBySide {
    private static final int PORTS_PER_SYSTEM = 100;

    private final Plan plan;
    private final Dataset dataset;
    private final List<Contenders> wanted;
    private final List<String> transports;
    private final Path data;
    private final int basePort;
    private final PrintWriter progress;

    /**
     * @param transports of the registry's client: one line each
     * @param data       where the systems keep their data; empty or missing, and removed at the end
     */
    SideBySide(
            Plan plan,
            Dataset dataset,
            List<Contenders> wanted,
            List<String> transports,
            Path data,
            int basePort,
            PrintWriter progress) {
        this.plan = plan;
        this.dataset = dataset;
        this.wanted = List.copyOf(wanted);
        this.transports = List.copyOf(transports);
        this.data = data.toAbsolutePath().normalize();
        this.basePort = basePort;
        this.progress = progress;
    }

    /** @param file holds the results after every measurement */
    Results run(Path file) throws IOException, InterruptedException {
        requireEmpty(data);
        Files.createDirectories(data);
        Map<Contenders, Contender> systems = new LinkedHashMap<>();
        try {
            for (int i = 0; i < wanted.size(); i++) {
                Contender system = make(wanted.get(i), basePort + i * PORTS_PER_SYSTEM);
                if (system != null) {
                    systems.put(wanted.get(i), system);
                }
            }
            Results results = new Results(plan, Machine.current("", List.of()), DiskFloor.probe(data), Instant.now());
            measure(systems, results, file);
            return results;
        } finally {
            for (Contender system : systems.values()) {
                system.close();
            }
            delete(data);
        }
    }

    private @Nullable Contender make(Contenders which, int port) throws IOException, InterruptedException {
        try {
            say(which.label() + ": setting up");
            return which.make(Files.createDirectories(data.resolve(which.label())), port);
        } catch (Contenders.NotInstalledException e) {
            say("SKIPPED " + which.label() + ": " + e.getMessage() + ". Install it: " + e.remedy());
            return null;
        }
    }

    private void measure(Map<Contenders, Contender> systems, Results results, Path file)
            throws IOException, InterruptedException {
        Timings timings = new Timings(dataset);
        ProcFiles proc = new ProcFiles(Path.of("/proc"));
        List<Line> lines = new ArrayList<>();
        try {
            for (Map.Entry<Contenders, Contender> system : systems.entrySet()) {
                say(system.getKey().label() + ": starting");
                system.getValue().start();
                timings.awaitServing(system.getValue());
                for (Line line : linesOf(system.getKey(), system.getValue())) {
                    lines.add(line);
                    results.describe(line.name(), system.getValue().description());
                }
            }
            Runner runner = new Runner(plan, lines, proc, progress);
            runner.fill();
            runner.run(results, file);
        } finally {
            lines.forEach(line -> line.driver().close());
        }
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Work work : plan.timed()) {
                for (Map.Entry<Contenders, Contender> system : systems.entrySet()) {
                    double ms = timings.measure(work, system.getValue());
                    results.addTime(system.getKey().label(), work, ms);
                    say("round " + round + " " + system.getKey().label() + " " + work.label() + ": " + Math.round(ms)
                            + " ms");
                    Files.writeString(file, results.toJson());
                }
            }
        }
    }

    /**
     * Those of other systems are bound to the leader, which answers at its quickest; the registry's client finds its
     * way by itself.
     */
    private List<Line> linesOf(Contenders which, Contender system) throws IOException {
        LocalNodes nodes = new LocalNodes(
                data,
                system.members().stream()
                        .map(member -> new LocalNodes.Node(member.name(), member.pid()))
                        .toList());
        List<Line> lines = new ArrayList<>();
        if (which == Contenders.MESHKIT) {
            for (String transport : transports) {
                Driver driver = system.open(dataset, transport, system.nodes());
                lines.add(new Line(which.label() + "/" + transport, driver, nodes, lines.isEmpty()));
            }
            return lines;
        }
        String leader;
        try (Driver any = system.open(dataset, "", system.nodes())) {
            leader = any.leader();
        }
        lines.add(new Line(
                which.label(),
                system.open(dataset, "", leader.isEmpty() ? system.nodes() : List.of(leader)),
                nodes,
                true));
        return lines;
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> entries = Files.list(directory)) {
                if (entries.findAny().isPresent()) {
                    throw new IOException(directory + " is not empty: name another by --data");
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private void say(String line) {
        progress.println(line);
        progress.flush();
    }
}
