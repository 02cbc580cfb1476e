package io.meshkit.jepsen.run;

import io.meshkit.jepsen.client.Transports;
import io.meshkit.jepsen.cluster.Distribution;
import io.meshkit.jepsen.nemesis.Nemeses;
import io.meshkit.jepsen.run.Matrix.Manner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code omnirelay jepsen matrix}: every workload with every fault, one run after the other. */
@Command(
        name = "matrix",
        description = "Runs every workload with every fault, and writes a table of the verdicts.",
        footer = {
            "",
            "One run per fault, in which all workloads share the rate: each operation of each meets the fault. With",
            "--apart each pair has a run of its own.",
            "",
            "DIR gets one directory per run, matrix.md and matrix.json, which are written after each run; runs that",
            "DIR has already are not done again.",
            "",
            "Exit code: 0 all valid, 1 any invalid, 2 any unknown or skipped."
        })
@SuppressWarnings("NullAway.Init") // The spec and the directory are set by picocli.
public final class MatrixCommand implements Callable<Integer> {
    private static final int USAGE_WIDTH = 100;

    /** Beyond the load: start, warm-up, recovery and judgement on a busy machine. */
    private static final long EXTRA_SECONDS = 600;

    @Spec
    CommandSpec spec;

    @Option(names = "--workload", paramLabel = "NAME", split = ",", description = "Default: all.")
    List<String> workloads = new ArrayList<>();

    @Option(names = "--nemesis", paramLabel = "NAME", split = ",", description = "Default: all.")
    List<String> nemeses = new ArrayList<>();

    @Option(names = "--time-limit", paramLabel = "SECONDS", description = "Of each load. Default: ${DEFAULT-VALUE}.")
    int timeLimit = 60;

    @Option(names = "--rate", paramLabel = "N", description = "Operations per second. Default: ${DEFAULT-VALUE}.")
    double rate = 300;

    @Option(names = "--seed", paramLabel = "N", description = "Of every run. Default: ${DEFAULT-VALUE}.")
    long seed = 42;

    @Option(names = "--transport", paramLabel = "NAME", description = "Of the clients. Default: ${DEFAULT-VALUE}.")
    String transport = "mixed";

    @Option(names = "--apart", description = "A run of its own for each pair.")
    boolean apart;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where everything is left.")
    Path out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    static CommandLine commandLine() {
        return new CommandLine(new MatrixCommand())
                .setCommandName("omnirelay jepsen matrix")
                .setUsageHelpWidth(USAGE_WIDTH)
                .setExitCodeExceptionMapper(failure -> 2);
    }

    /** @return the exit code */
    public static int run(String... args) {
        return commandLine().execute(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> rows = workloads.isEmpty() ? RunCommand.runnable() : workloads;
        List<String> columns = nemeses.isEmpty() ? Nemeses.names() : nemeses;
        for (String workload : rows) {
            if (!RunCommand.runnable().contains(workload)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "no workload '" + workload + "'; there are " + String.join(", ", RunCommand.runnable()));
            }
        }
        try {
            columns.forEach(Nemeses::of);
            Transports.parse(transport);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        Path directory = Files.createDirectories(out.toAbsolutePath().normalize());
        Matrix matrix = new Matrix(rows, columns, apart ? Manner.APART : Manner.TOGETHER, timeLimit, rate, seed);
        for (String nemesis : columns) {
            for (String workload : rows) {
                String name = (apart ? workload : "together") + "-" + nemesis.replace(':', '-');
                Path of = directory.resolve(name);
                if (!Files.exists(of)) {
                    runOne(apart ? workload : String.join(",", rows), nemesis, of);
                }
                Matrix.Cell cell = Matrix.read(workload, nemesis, of);
                matrix.add(cell);
                matrix.write(directory);
                System.out.println(workload + " × " + nemesis + ": " + cell.text());
            }
        }
        return matrix.exitCode();
    }

    private void runOne(String together, String nemesis, Path of) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Distribution.jepsen(List.of(
                "run",
                "--workload=" + together,
                "--nemesis=" + nemesis,
                "--time-limit=" + timeLimit,
                String.format(Locale.ROOT, "--rate=%s", rate),
                "--seed=" + seed,
                "--transport=" + transport,
                "--out=" + of)));
        Path log = of.resolveSibling(of.getFileName() + ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log.toFile())
                .start();
        Thread stopper = new Thread(() -> end(process), "stop-run");
        Runtime.getRuntime().addShutdownHook(stopper);
        try {
            if (!process.waitFor(timeLimit + EXTRA_SECONDS, TimeUnit.SECONDS)) {
                end(process);
            }
        } finally {
            end(process);
            try {
                Runtime.getRuntime().removeShutdownHook(stopper);
            } catch (IllegalStateException e) {
                // This process is ending: the hook is at work.
            }
        }
    }

    private static void end(Process process) {
        process.destroy(); // It stops what it started; see Sandbox.
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
