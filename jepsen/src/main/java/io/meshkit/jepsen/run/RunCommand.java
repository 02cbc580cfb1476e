package io.meshkit.jepsen.run;

import io.meshkit.jepsen.checker.Checkers;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.client.Transports;
import io.meshkit.jepsen.cluster.Distribution;
import io.meshkit.jepsen.nemesis.Nemeses;
import io.meshkit.jepsen.os.Capabilities;
import io.meshkit.jepsen.os.Capability;
import io.meshkit.jepsen.os.Probe;
import io.meshkit.jepsen.os.Sandbox;
import io.meshkit.jepsen.report.Report;
import io.meshkit.jepsen.report.RunResult;
import io.meshkit.jepsen.workload.Workloads;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code omnirelay jepsen run}. */
@Command(
        name = "run",
        description = "Runs a workload against a quorum of real processes while hurting it, and judges what happened.",
        footer = {
            "",
            "Workloads: register, append, audit, idem, lease, lock, rbac, shard, watch.",
            "Faults: kill, kill:all, pause, partition:one|leader|majority|ring|one-way|bridge, loss,",
            "loss:PERCENT, disk-full, disk-low, power, bitflip, clock, member.",
            "",
            "Everything happens in private network, mount and process namespaces (as root, or by unprivileged",
            "user namespaces) and ends with them. What this machine cannot do is skipped with its reason.",
            "",
            "Exit code: 0 valid, 1 invalid, 2 unknown."
        })
@SuppressWarnings("NullAway.Init") // The spec is set by picocli.
public final class RunCommand implements Callable<Integer> {
    private static final int USAGE_WIDTH = 100;
    private static final int OFTEN = 5_000;

    private static final Set<Capability> NETWORK = EnumSet.of(Capability.VETH, Capability.NFTABLES);

    /** Held, so that the level set on it is not collected with it. */
    private static final Logger GRPC_LOGGER = Logger.getLogger("io.grpc");

    @Spec
    CommandSpec spec;

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            split = ",",
            description = "Several share the rate, in one run. Default: register.")
    List<String> workloads = new ArrayList<>();

    @Option(
            names = "--nemesis",
            paramLabel = "NAME",
            split = ",",
            description = "Faults, one after the other; several at once are joined by +. Default: none.")
    List<String> nemeses = new ArrayList<>();

    @Option(names = "--require", paramLabel = "NAME", split = ",", description = "Faults that must not be skipped.")
    List<String> required = new ArrayList<>();

    @Option(names = "--nodes", paramLabel = "N", description = "3, 5 or 7. Default: ${DEFAULT-VALUE}.")
    int nodes = 3;

    @Option(names = "--time-limit", paramLabel = "SECONDS", description = "Of the load. Default: ${DEFAULT-VALUE}.")
    int timeLimit = 60;

    @Option(names = "--rate", paramLabel = "N", description = "Operations per second. Default: ${DEFAULT-VALUE}.")
    double rate = 300;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "Clients at a time; 2n: two per node. Default: ${DEFAULT-VALUE}.")
    String concurrency = "20n";

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            description =
                    "Of the clients: auto, http3, http2, grpc, or mixed: http3 and grpc. Default: ${DEFAULT-VALUE}.")
    String transport = "mixed";

    @Option(names = "--seed", paramLabel = "N", description = "Of operations and faults. Default: a random one.")
    @Nullable
    Long seed;

    @Option(
            names = "--quiet",
            paramLabel = "MS",
            description = "Between two faults, before the first and after the last. Default: ${DEFAULT-VALUE}.")
    long quietMs = OFTEN;

    @Option(
            names = "--fault",
            paramLabel = "MS",
            description = "How long a fault lasts, on average. Default: ${DEFAULT-VALUE}.")
    long faultMs = OFTEN;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "New or empty directory for what is left of the run. Default: jepsen-runs/TIME-WORKLOAD.")
    @Nullable
    Path out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    @Option(names = "--inside", hidden = true, description = "This process is in the sandbox already.")
    boolean inside;

    /** @return the exit code */
    public static int run(String... args) {
        GRPC_LOGGER.setLevel(Level.OFF);
        if (System.getProperty("slf4j.provider") == null) {
            // Libraries' logs would stand between the lines that people read.
            System.setProperty("slf4j.internal.verbosity", "ERROR");
            System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        }
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        return new CommandLine(new RunCommand())
                .setCommandName("omnirelay jepsen run")
                .setUsageHelpWidth(USAGE_WIDTH)
                .setExitCodeExceptionMapper(failure -> Verdict.UNKNOWN.exitCode());
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        RunOptions options = options();
        return inside ? runInside(options) : runInSandbox(options);
    }

    private RunOptions options() throws IOException {
        List<String> asked = workloads.isEmpty() ? List.of("register") : workloads;
        for (String workload : asked) {
            if (!runnable().contains(workload)) {
                throw wrong("no workload '" + workload + "'; there are " + String.join(", ", runnable()));
            }
        }
        if (Set.copyOf(asked).size() != asked.size()) {
            throw wrong("--workload: " + String.join(",", asked) + " names one twice");
        }
        if (nodes != 3 && nodes != 5 && nodes != 7) {
            throw wrong("--nodes: " + nodes + " is not 3, 5 or 7");
        }
        if (timeLimit < 1 || !(rate > 0) || quietMs < 1 || faultMs < 1) {
            throw wrong("--time-limit, --rate, --quiet and --fault must be positive");
        }
        Path directory = out == null
                ? Path.of(
                        "jepsen-runs",
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "") + "-"
                                + directoryName(asked))
                : out;
        long drawn = seed == null ? System.nanoTime() & 0xFFFFFF : seed;
        try {
            RunOptions options = new RunOptions(
                    asked,
                    nemeses,
                    required,
                    nodes,
                    timeLimit,
                    rate,
                    RunOptions.threads(concurrency, nodes),
                    Transports.parse(transport),
                    drawn,
                    quietMs,
                    faultMs,
                    directory.toAbsolutePath().normalize(),
                    commandLine(asked, drawn));
            nemeses.forEach(Nemeses::of); // Throws if there is no such.
            return options;
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private static String directoryName(List<String> asked) {
        return asked.size() > 3 ? asked.size() + "-workloads" : String.join("-", asked);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Without the directory: the next run has another one. */
    private String commandLine(List<String> asked, long drawn) {
        StringBuilder line = new StringBuilder("omnirelay jepsen run --workload ").append(String.join(",", asked));
        if (!nemeses.isEmpty()) {
            line.append(" --nemesis ").append(String.join(",", nemeses));
        }
        if (!required.isEmpty()) {
            line.append(" --require ").append(String.join(",", required));
        }
        line.append(String.format(
                Locale.ROOT,
                " --nodes %d --time-limit %d --rate %s --concurrency %s --transport %s --seed %d --quiet %d --fault %d",
                nodes,
                timeLimit,
                rate == Math.rint(rate) ? Long.toString((long) rate) : Double.toString(rate),
                concurrency,
                transport,
                drawn,
                quietMs,
                faultMs));
        return line.toString();
    }

    private int runInSandbox(RunOptions options) throws IOException, InterruptedException {
        PrintStream print = System.out;
        if (Files.exists(options.out())) {
            try (Stream<Path> files = Files.list(options.out())) {
                if (files.findAny().isPresent()) {
                    throw wrong("--out: " + options.out() + " is not empty");
                }
            }
        }
        Sandbox sandbox;
        try {
            sandbox = Sandbox.find();
        } catch (IOException e) {
            print.println("UNKNOWN: cannot run here: " + e.getMessage());
            return Verdict.UNKNOWN.exitCode();
        }
        List<String> arguments = new ArrayList<>(
                List.of("run", "--inside", "--out", options.out().toString()));
        // The command line that a person would type, without the program's names.
        arguments.addAll(List.of(options.command().split(" "))
                .subList(3, options.command().split(" ").length));
        int exitCode = sandbox.run(Distribution.jepsen(arguments));
        if (exitCode == Verdict.VALID.exitCode()) {
            // The nodes' keys and data tell nothing any more; what was mounted in it has gone with the sandbox.
            Remains.dropQuorum(options.out());
        }
        return exitCode;
    }

    private static int runInside(RunOptions options) throws IOException, InterruptedException {
        PrintStream print = System.out;
        StandardInput.endWithIt();
        Capabilities capabilities = Probe.inside();
        print.println("This machine can do:");
        print.print(capabilities.toTable());
        Skips skips = Skips.of(options.nemeses(), capabilities);
        skips.skipped().forEach(skip -> print.println("SKIPPED " + skip.what() + ": " + skip.why()));
        if (!skips.forbidden(options).isEmpty()) {
            print.println("UNKNOWN: --require forbids to skip " + skips.forbidden(options));
            return Verdict.UNKNOWN.exitCode();
        }
        if (!capabilities.missing().isEmpty()
                && capabilities.whyNot(java.util.Set.of(
                                io.meshkit.jepsen.os.Capability.VETH, io.meshkit.jepsen.os.Capability.NFTABLES))
                        != null) {
            print.println("UNKNOWN: cannot run here: no network between nodes can be made");
            return Verdict.UNKNOWN.exitCode();
        }
        if (!options.nemeses().isEmpty() && skips.doable().isEmpty()) {
            Files.createDirectories(options.out());
            Files.writeString(
                    options.out().resolve(Matrix.SKIPPED),
                    skips.skipped().stream()
                            .map(skip -> skip.what() + ": " + skip.why() + "\n")
                            .collect(Collectors.joining()));
            print.println("UNKNOWN: every fault that was asked for is skipped");
            return Verdict.UNKNOWN.exitCode();
        }
        print.println("again: " + options.command());
        RunResult result;
        try {
            result = new Run(options, skips.doable(), skips, print).run();
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            print.println("UNKNOWN: the run could not be done: " + e.getMessage());
            return Verdict.UNKNOWN.exitCode();
        }
        Report.write(options.out(), result);
        result.judgements().forEach(judgement -> print.print(judgement.toText()));
        print.println(Summary.of(result) + "; " + options.out());
        return result.verdict().exitCode();
    }

    /** The workloads that can be both run and judged. */
    static List<String> runnable() {
        return Workloads.names().stream().filter(Checkers.workloads()::contains).toList();
    }
}
