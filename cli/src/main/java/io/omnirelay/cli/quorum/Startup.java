package io.omnirelay.cli.quorum;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.ClientContext;
import io.meshkit.client.MeshKitClient;
import io.omnirelay.cli.Installation;
import io.omnirelay.cli.output.Progress;
import io.omnirelay.cli.output.Streams;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Starts the nodes that do not run, and waits until real calls say that all are ready. */
final class Startup {
    private static final Duration ASK_LIMIT = Duration.ofSeconds(1);
    private static final Duration ASK_PAUSE = Duration.ofMillis(150);
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);
    private static final int LOG_LINES = 25;

    private final Layout layout;
    private final ClientContext context;
    private final List<NodeSpec> specs;
    private final Streams streams;
    private final Map<NodeProcess, Process> started = new LinkedHashMap<>();

    Startup(Layout layout, ClientContext context, List<NodeSpec> specs, Streams streams) {
        this.layout = layout;
        this.context = context;
        this.specs = specs;
        this.streams = streams;
    }

    /**
     * @return the exit code: 0 if all nodes are ready; 1 if one died, after stopping the others that were started
     * @throws RegistryException if a port is in use (nothing is changed), or time runs out
     */
    int run(Installation installation, Duration limit) throws IOException {
        List<NodeSpec> missing = specs.stream()
                .filter(spec -> new NodeProcess(layout, spec.node()).find().isEmpty())
                .toList();
        Ports.checkFree(missing);
        long startNanos = System.nanoTime();
        try {
            for (NodeSpec spec : missing) {
                NodeProcess process = new NodeProcess(layout, spec.node());
                started.put(process, process.start(installation, streams.environment()));
            }
            if (!awaitReady(startNanos, limit)) {
                stopStarted();
                return 1;
            }
        } catch (IOException | RuntimeException e) {
            stopStarted();
            throw e;
        }
        report(missing, Duration.ofNanos(System.nanoTime() - startNanos));
        return 0;
    }

    private boolean awaitReady(long startNanos, Duration limit) {
        Progress progress = new Progress(streams);
        try (MeshKitClient client = MeshKitClient.open(context)) {
            while (true) {
                QuorumView view = QuorumView.ask(client, ASK_LIMIT);
                if (view.allReady()) {
                    return true;
                }
                for (Map.Entry<NodeProcess, Process> entry : started.entrySet()) {
                    if (!entry.getValue().isAlive()) {
                        progress.clear();
                        died(entry.getKey(), entry.getValue().exitValue());
                        return false;
                    }
                }
                Duration waited = Duration.ofNanos(System.nanoTime() - startNanos);
                if (waited.compareTo(limit) > 0) {
                    throw notReady(view, limit);
                }
                progress.show("waiting for the quorum, " + waited.toSeconds() + " s: " + states(view));
                pause();
            }
        } finally {
            progress.clear();
        }
    }

    private static String states(QuorumView view) {
        return view.nodes().stream()
                .map(seen -> seen.node() + " "
                        + (seen.ready()
                                ? "ready"
                                : seen.status() == null
                                        ? "starting"
                                        : seen.status().getRole()))
                .collect(Collectors.joining(", "));
    }

    private static void pause() {
        try {
            Thread.sleep(ASK_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RegistryException.of(ErrorCode.DEADLINE_EXCEEDED, "interrupted", "", e);
        }
    }

    private RegistryException notReady(QuorumView view, Duration limit) {
        return RegistryException.of(
                ErrorCode.NO_QUORUM,
                "not ready within " + limit.toSeconds() + " s: " + states(view),
                "The nodes that were started are stopped again; their logs are in " + layout.directory()
                        + "/node-*/log. Allow more time with --wait.");
    }

    private void died(NodeProcess process, int exitCode) {
        streams.flush();
        streams.err().println("error: INTERNAL: " + process.node() + " ended with exit code " + exitCode);
        streams.err().println("hint: The end of " + layout.console(process.node()) + ":");
        streams.err().println(process.lastLines(LOG_LINES));
        streams.err().flush();
    }

    private void stopStarted() {
        started.keySet().parallelStream()
                .forEach(process -> process.find().ifPresent(handle -> process.stop(handle, STOP_GRACE)));
    }

    private void report(List<NodeSpec> missing, Duration took) {
        if (missing.isEmpty()) {
            streams.out().println("The quorum in " + layout.directory() + " is already running.");
            return;
        }
        String which = missing.size() == specs.size()
                ? "The quorum is ready"
                : missing.stream().map(NodeSpec::node).collect(Collectors.joining(", ")) + " ready";
        streams.out().println(which + " after " + took.toMillis() / 100 / 10.0 + " s. Next, for example:");
        streams.out().println("  omnirelay quorum status");
        streams.out().println("  omnirelay mesh import samples/lakehouse-mesh.yaml");
        streams.out().println("  omnirelay mesh peers list");
        streams.out().println("  omnirelay quorum down");
    }

    /** Stays until every node has ended; a signal to this process ends them. */
    int attend() {
        List<NodeProcess> all =
                specs.stream().map(spec -> new NodeProcess(layout, spec.node())).toList();
        Thread stopper = new Thread(
                () -> all.parallelStream()
                        .forEach(process -> process.find().ifPresent(handle -> process.stop(handle, STOP_GRACE))),
                "stop-nodes");
        Runtime.getRuntime().addShutdownHook(stopper);
        streams.out().println("Ctrl-C stops the nodes.");
        streams.flush();
        for (NodeProcess process : all) {
            process.find().ifPresent(handle -> handle.onExit().join());
        }
        return 0;
    }
}
