package io.meshkit.bench.micro;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code omnirelay bench micro}. */
@Command(
        name = "micro",
        description = {
            "Measures the hot paths one by one with JMH, in JVMs of their own: apply of a log",
            "entry, encodings, hashes, cursors, changes told to watchers. Needs no quorum."
        },
        mixinStandardHelpOptions = true)
public final class MicroCommand implements Callable<Integer> {
    private static final List<String> JVM_FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xms512m",
            "-Xmx1g",
            "-XX:+UseCompactObjectHeaders");

    @Option(
            names = "--only",
            paramLabel = "REGEX",
            description = "Benchmarks to run, for example Apply or sha256. Default: all.")
    String only = "";

    @Option(
            names = "--forks",
            paramLabel = "N",
            description = "JVMs per benchmark, one after the other. Default: ${DEFAULT-VALUE}.")
    int forks = 2;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            description = "Measurements per JVM, after as many to warm up. Default: ${DEFAULT-VALUE}.")
    int iterations = 5;

    @Option(names = "--seconds", paramLabel = "N", description = "Of one measurement. Default: ${DEFAULT-VALUE}.")
    int seconds = 2;

    @Option(names = "--out", paramLabel = "DIR", description = "Where micro.json goes. Default: ${DEFAULT-VALUE}.")
    Path out = Path.of("bench-results");

    @Override
    public Integer call() throws IOException {
        requirePositive("--forks", forks);
        requirePositive("--iterations", iterations);
        requirePositive("--seconds", seconds);
        Files.createDirectories(out);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(MicroCommand.class.getPackageName().replace(".", "\\.") + ".*" + only)
                .forks(forks)
                .warmupIterations(iterations)
                .warmupTime(TimeValue.seconds(seconds))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.seconds(seconds))
                .jvmArgs(JVM_FLAGS.toArray(String[]::new))
                .shouldFailOnError(true)
                .resultFormat(ResultFormatType.JSON)
                .result(out.resolve("micro.json").toString());
        try {
            new Runner(options.build()).run();
        } catch (NoBenchmarksException e) {
            throw invalid("--only: no benchmark matches '" + only + "'", "Leave it out to run all.");
        } catch (RunnerException e) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST, "the benchmarks did not run: " + e.getMessage(), "", e);
        }
        return 0;
    }

    private static void requirePositive(String option, int value) {
        if (value < 1) {
            throw invalid(option + ": " + value + " does not fit", "Give a number ≥ 1.");
        }
    }

    private static RegistryException invalid(String what, String hint) {
        return RegistryException.of(ErrorCode.INVALID_REQUEST, what, hint);
    }
}
