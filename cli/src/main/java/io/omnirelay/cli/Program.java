package io.omnirelay.cli;

import io.omnirelay.cli.output.Streams;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another program of the distribution, run in a process of its own with this one's input and output. A signal that
 * ends this process ends that one.
 *
 * @param name            the command, for example server
 * @param description     for the help
 * @param mainClass       known by name only: nothing here is compiled against it
 * @param optionsVariable environment variable with its JVM flags
 */
record Program(String name, String description, String mainClass, String optionsVariable) {
    private static final long GRACE_SECONDS = 30;

    static final List<Program> ALL = List.of(
            new Program(
                    "server",
                    "Runs one node of the registry in the foreground: server run --config FILE.",
                    "io.meshkit.server.RegistryServer",
                    "OMNIRELAY_SERVER_JAVA_OPTS"),
            new Program(
                    "jepsen",
                    "Tests a quorum under faults and checks what it promised.",
                    "io.meshkit.jepsen.Main",
                    "OMNIRELAY_JEPSEN_JAVA_OPTS"),
            new Program(
                    "bench",
                    "Measures a quorum, alone or beside others.",
                    "io.meshkit.bench.Main",
                    "OMNIRELAY_BENCH_JAVA_OPTS"));

    /**
     * Runs it to its end.
     *
     * @param arguments without the command's own name; {@code run} of the server is implied by its other arguments
     * @return its exit code
     */
    int run(List<String> arguments, Streams streams) throws IOException {
        List<String> passed = name.equals("server")
                        && !arguments.isEmpty()
                        && arguments.get(0).equals("run")
                ? arguments.subList(1, arguments.size())
                : arguments;
        streams.flush();
        Process process = new ProcessBuilder(Installation.ofProcess()
                        .command(mainClass, passed, List.of(), optionsVariable, streams.environment()))
                .inheritIO()
                .start();
        Thread stopper = new Thread(() -> stop(process), "stop-" + name);
        Runtime.getRuntime().addShutdownHook(stopper);
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            stop(process);
            Thread.currentThread().interrupt();
            return 130;
        }
    }

    private static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
