package io.omnirelay.cli.quorum;

import io.omnirelay.cli.Installation;
import io.omnirelay.pki.SecretFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process of one node. It is known by its pid file, and is only ever signalled when the process of that id still
 * is this node's: its command line names the node's configuration file. A recycled id is thus nobody's.
 */
final class NodeProcess {
    /** Environment variable with extra JVM flags, split at blanks. */
    static final String OPTIONS_VARIABLE = "OMNIRELAY_SERVER_JAVA_OPTS";

    /** docs/performance.md says why. */
    static final List<String> FLAGS =
            List.of("-Xms128m", "-Xmx1g", "-XX:+UseCompactObjectHeaders", "-XX:+ExitOnOutOfMemoryError");

    private final Layout layout;
    private final String node;

    NodeProcess(Layout layout, String node) {
        this.layout = layout;
        this.node = node;
    }

    String node() {
        return node;
    }

    /** The running process, if it is this node's. */
    Optional<ProcessHandle> find() {
        long pid;
        try {
            pid = Long.parseLong(Files.readString(layout.pid(node)).strip());
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isOurs);
    }

    private boolean isOurs(ProcessHandle process) {
        String config = layout.config(node).toString();
        try {
            // Not ProcessHandle.Info: it cuts long command lines.
            String line = Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
            byte[] wanted = config.getBytes(StandardCharsets.UTF_8);
            return Arrays.asList(line.split("\0")).contains(new String(wanted, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return process.info().commandLine().orElse("").contains(config);
        }
    }

    /**
     * Starts the process in a session of its own, so that it outlives this one and its terminal.
     *
     * @return its handle; whether it gets ready is to be asked
     */
    Process start(Installation installation, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        List<String> flags = new ArrayList<>(FLAGS);
        installation.aotCache(Installation.SERVER).ifPresent(cache -> flags.addAll(cache.flags(environment)));
        command.addAll(installation.command(Installation.SERVER, arguments(), flags, OPTIONS_VARIABLE, environment));
        SecretFiles.createDirectories(Layout.directoryOf(layout.console(node)));
        Process process = new ProcessBuilder(command)
                .directory(layout.node(node).toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(layout.console(node).toFile()))
                .start();
        SecretFiles.write(layout.pid(node), process.pid() + "\n");
        return process;
    }

    private List<String> arguments() {
        String state = Files.exists(layout.made()) ? "existing" : "new";
        return List.of("--config", layout.config(node).toString(), "--set", "node.initial-state=" + state);
    }

    /**
     * Asks the process to end, and makes it after the grace period.
     *
     * @return what became of it, for people
     */
    String stop(ProcessHandle process, Duration grace) {
        process.destroy();
        if (!awaitEnd(process, grace)) {
            process.destroyForcibly();
            boolean ended = awaitEnd(process, Duration.ofSeconds(5));
            forget();
            return ended ? "killed: it did not end within " + grace.toSeconds() + " s" : "does not end";
        }
        forget();
        return "stopped";
    }

    private static boolean awaitEnd(ProcessHandle process, Duration limit) {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void forget() {
        try {
            Files.deleteIfExists(layout.pid(node));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines that the process wrote. */
    String lastLines(int lines) {
        try {
            List<String> all = Files.readAllLines(layout.console(node), StandardCharsets.UTF_8);
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(no " + layout.console(node) + ": " + e.getMessage() + ")";
        }
    }
}
