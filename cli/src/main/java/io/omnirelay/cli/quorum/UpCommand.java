package io.omnirelay.cli.quorum;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.ClientContext;
import io.omnirelay.cli.Installation;
import io.omnirelay.cli.output.Streams;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay quorum up}. */
@Command(
        name = "up",
        description = "Starts a quorum on this machine; makes it first if there is none.",
        footer = {
            "",
            "Node N listens on base+(N-1)*10 (HTTPS), +1 (gRPC), +2 (Raft), +3 (node to node).",
            "A running quorum is left alone; only missing nodes are started."
        })
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class UpCommand implements Callable<Integer> {
    private static final int BASE_PORT_DEFAULT = 9440;
    private static final int NODES_DEFAULT = 3;

    @ParentCommand
    QuorumCommand quorum;

    @Option(names = "--base-port", paramLabel = "PORT", description = "Of a new quorum. Default: 9440.")
    @Nullable
    Integer basePort;

    @Option(names = "--nodes", paramLabel = "N", description = "Of a new quorum: 1, 3, 5 or 7. Default: 3.")
    @Nullable
    Integer nodes;

    @Option(
            names = "--detach",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Return when the quorum is ready (default); --no-detach stays, and Ctrl-C stops it.")
    boolean detach;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long to wait until it is ready. Default: ${DEFAULT-VALUE}.")
    int waitSeconds = 120;

    @Override
    public Integer call() throws IOException {
        Layout layout = quorum.layoutToStart();
        Streams streams = quorum.streams();
        if (!QuorumFiles.exist(layout)) {
            create(layout, streams);
        }
        ClientContext context = ClientContext.load(layout.clientYaml());
        List<NodeSpec> specs = context.endpoints().stream().map(NodeSpec::of).toList();
        checkSame(layout, specs);
        int exitCode;
        Startup startup = new Startup(layout, context, specs, streams);
        try (FileChannel channel =
                        FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw RegistryException.of(
                        ErrorCode.PRECONDITION_FAILED,
                        "another `quorum up` or `quorum down` is at work in " + layout.directory(),
                        "Wait for it to end.");
            }
            exitCode = startup.run(Installation.ofProcess(), Duration.ofSeconds(waitSeconds));
            if (exitCode == 0) {
                QuorumFiles.markMade(layout);
                quorum.state().rememberContext(layout.clientYaml());
            }
        }
        return exitCode == 0 && !detach ? startup.attend() : exitCode;
    }

    private void create(Layout layout, Streams streams) throws IOException {
        int count = nodes == null ? NODES_DEFAULT : nodes;
        int base = basePort == null ? BASE_PORT_DEFAULT : basePort;
        if (count != 1 && count != 3 && count != 5 && count != 7) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST, "--nodes: " + count + " does not fit", "Give 1, 3, 5 or 7.");
        }
        if (base < 1) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST, "--base-port: " + base + " does not fit", "Give 1 to 65000.");
        }
        QuorumFiles.checkUsable(layout);
        List<NodeSpec> specs = NodeSpec.plan(count, base);
        Ports.checkFree(specs);
        String token = QuorumFiles.create(layout, specs);
        streams.out().println("Made a new quorum of " + count + " in " + layout.directory());
        streams.out().println("Administrator's token, shown once (kept in " + layout.adminToken() + "): " + token);
        streams.flush();
    }

    private void checkSame(Layout layout, List<NodeSpec> specs) {
        int base = specs.get(0).httpsPort();
        if ((nodes != null && nodes != specs.size()) || (basePort != null && basePort != base)) {
            throw RegistryException.of(
                    ErrorCode.PRECONDITION_FAILED,
                    "the quorum in " + layout.directory() + " has " + specs.size() + " nodes from port " + base,
                    "Leave --nodes and --base-port out, or name another directory with --data.");
        }
    }
}
