package io.meshkit.bench.systems;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The processes of one system. They end with this one, however it ends short of kill -9. Thread-safe. */
final class Nodes {
    private static final long GRACE_S = 20;

    /**
     * How a node is run.
     *
     * @param console what it prints is appended to
     */
    record Spec(List<String> command, Path directory, Path console) {}

    private final Map<String, Spec> specs;
    private final Map<String, Process> running = new LinkedHashMap<>();

    Nodes(Map<String, Spec> specs) {
        this.specs = new LinkedHashMap<>(specs);
        Runtime.getRuntime().addShutdownHook(new Thread(this::killAll, "end-nodes"));
    }

    List<String> names() {
        return List.copyOf(specs.keySet());
    }

    synchronized void start() throws IOException {
        for (Map.Entry<String, Spec> node : specs.entrySet()) {
            Process process = running.get(node.getKey());
            if (process == null || !process.isAlive()) {
                Spec spec = node.getValue();
                running.put(
                        node.getKey(),
                        new ProcessBuilder(spec.command())
                                .directory(spec.directory().toFile())
                                .redirectInput(Path.of("/dev/null").toFile())
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                        spec.console().toFile()))
                                .start());
            }
        }
    }

    synchronized List<Contender.Member> members() {
        return running.entrySet().stream()
                .filter(node -> node.getValue().isAlive())
                .map(node -> new Contender.Member(node.getKey(), node.getValue().pid()))
                .toList();
    }

    void kill(String node) throws InterruptedException {
        Process process;
        synchronized (this) {
            process = running.get(node);
        }
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException(node + " does not run:\n" + lastLines(node));
        }
        process.destroyForcibly().waitFor();
    }

    void stop() throws InterruptedException {
        List<Process> all;
        synchronized (this) {
            all = List.copyOf(running.values());
            running.clear();
        }
        all.forEach(Process::destroy);
        for (Process process : all) {
            if (!process.waitFor(GRACE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private synchronized void killAll() {
        running.values().forEach(Process::destroyForcibly);
    }

    /** What a node printed last, for an error message. */
    String lastLines(String node) {
        Spec spec = specs.get(node);
        if (spec == null) {
            return "";
        }
        try {
            List<String> lines = Files.readAllLines(spec.console());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
