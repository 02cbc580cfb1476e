package io.meshkit.jepsen.cluster;

import io.meshkit.jepsen.os.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One member of the quorum and its process. Thread-safe: one thing at a time is done to it.
 */
public final class Node {
    /** What Java makes of an end by SIGKILL: 128 and the signal's number. */
    private static final int KILLED = 137;

    private static final long STOP_GRACE_SECONDS = 15;
    private static final long STATE_LIMIT_MS = 5_000;

    private final String id;
    private final Path directory;
    private final List<String> prefix;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> settings = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private @Nullable Process process;
    private boolean endWanted;
    private boolean retired;
    private boolean pinned;
    /** What an empty data directory means to it. */
    private String initialState;

    /** @param initialState new, or join */
    Node(String id, Path directory, List<String> prefix, String initialState) {
        this.id = id;
        this.directory = directory;
        this.initialState = initialState;
        this.prefix = List.copyOf(prefix);
    }

    public String id() {
        return id;
    }

    /** Where its configuration, its data and its logs are. */
    public Path directory() {
        return directory;
    }

    public Path data() {
        return directory.resolve("data");
    }

    public Path console() {
        return directory.resolve("log").resolve("console.log");
    }

    /** For the next start, for example LD_PRELOAD. */
    public synchronized void setEnvironment(Map<String, String> variables) {
        environment.clear();
        environment.putAll(variables);
    }

    /** For every later start: {@code key=value}, over its configuration. */
    public synchronized void addSettings(List<String> keysAndValues) {
        settings.addAll(keysAndValues);
    }

    /** It must stay a member: something else relies on it. */
    public synchronized void pin() {
        pinned = true;
    }

    public synchronized boolean isPinned() {
        return pinned;
    }

    /** It is no member any more: it ends by itself, and does not start again. */
    synchronized void retire() {
        retired = true;
        endWanted = true;
    }

    /** Starts its process, unless it runs, or it is retired. Whether it gets ready is to be asked. */
    public synchronized void start() throws IOException {
        if (isRunning() || retired) {
            return;
        }
        noteEnd();
        Files.createDirectories(directory.resolve("log"));
        List<String> arguments = new ArrayList<>(List.of(
                "--config",
                directory.resolve("server.yaml").toString(),
                "--set",
                "node.initial-state=" + initialState));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Distribution.server(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(console().toFile()));
        builder.environment().putAll(environment);
        process = builder.start();
        endWanted = false;
        if (initialState.equals("new")) {
            initialState = "existing"; // Once it has run, an empty data directory is a lost one.
        }
    }

    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /**
     * kill -9.
     *
     * @return whether it ended by that signal
     */
    public synchronized boolean kill() throws InterruptedException {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return false;
        }
        endWanted = true;
        running.destroyForcibly();
        return running.waitFor() == KILLED;
    }

    /** Asks it to end, and makes it after a grace period. */
    public synchronized void stop() throws IOException, InterruptedException {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        endWanted = true;
        signal(running, "CONT");
        running.destroy();
        if (!running.waitFor(STOP_GRACE_SECONDS, TimeUnit.SECONDS)) {
            running.destroyForcibly();
            running.waitFor();
        }
    }

    /**
     * SIGSTOP.
     *
     * @return whether the kernel says that it is stopped
     */
    public synchronized boolean pause() throws IOException, InterruptedException {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return false;
        }
        signal(running, "STOP");
        long start = System.nanoTime();
        while ((System.nanoTime() - start) / 1_000_000 < STATE_LIMIT_MS) {
            if (isStopped()) {
                return true;
            }
            Thread.sleep(2);
        }
        return false;
    }

    /** SIGCONT; harmless to one that is not stopped. */
    public synchronized void resume() throws IOException {
        Process running = process;
        if (running != null && running.isAlive()) {
            signal(running, "CONT");
        }
    }

    /** Whether the kernel says that its process is stopped by a signal. */
    public synchronized boolean isStopped() {
        Process running = process;
        if (running == null) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc/" + running.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            // The state stands behind the command's name, which is in brackets.
            return stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("T");
        } catch (IOException e) {
            return false; // It has gone.
        }
    }

    /** From now on its end is no surprise: what is done to it may be too much for it. */
    public synchronized void expectEnd() {
        endWanted = true;
    }

    /** How often, and how, its process ended by itself. */
    public synchronized List<String> unwantedEnds() {
        noteEnd();
        return List.copyOf(ends);
    }

    /**
     * Waits until its process has ended by itself.
     *
     * @return whether it has
     */
    public boolean awaitEnd(long limitMs) throws InterruptedException {
        Process running;
        synchronized (this) {
            running = process;
        }
        return running == null || running.waitFor(limitMs, TimeUnit.MILLISECONDS);
    }

    /** Its exit code, if its process has ended. */
    public synchronized @Nullable Integer exitCode() {
        return process == null || process.isAlive() ? null : process.exitValue();
    }

    private void noteEnd() {
        if (process != null && !process.isAlive()) {
            if (!endWanted) {
                ends.add(id + " ended by itself with exit code " + process.exitValue());
            }
            process = null;
        }
    }

    /** The last lines that it wrote. */
    public String lastLines(int lines) {
        try {
            List<String> all = Files.readAllLines(console(), StandardCharsets.ISO_8859_1);
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(no " + console() + ": " + e.getMessage() + ")";
        }
    }

    private static void signal(Process process, String signal) throws IOException {
        Commands.run("sh", "-c", "kill -" + signal + " " + process.pid()); // kill is no program everywhere
    }
}
