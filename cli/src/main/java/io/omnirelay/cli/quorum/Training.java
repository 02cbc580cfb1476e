package io.omnirelay.cli.quorum;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.CallSettings;
import io.meshkit.client.ClientContext;
import io.meshkit.client.MeshKitClient;
import io.meshkit.v1.GetShardRequest;
import io.meshkit.v1.ListShardsRequest;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardServiceGrpc;
import io.meshkit.v1.UpsertShardRequest;
import io.omnirelay.cli.AotCache;
import io.omnirelay.cli.Installation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A quorum that lives for a few calls, so that the JVM of its first node sees what a start and the usual calls need.
 *
 * <p>Of three, for a node alone calls nobody: the classes of its calls to the others would be missing.
 *
 * @param environment of this process
 */
record Training(Installation installation, Layout layout, Map<String, String> environment) {
    /** A recorded start takes longer, and other work may go on beside. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Duration ASK_LIMIT = Duration.ofSeconds(1);
    private static final int RECORDS = 100;
    private static final String NAMESPACE = "training";
    private static final int PORT_ATTEMPTS = 20;
    private static final int NODES = 3;

    /** Of the nodes that are not recorded. */
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1");

    private record Started(NodeProcess node, Process process) {}

    /** @throws RegistryException if the node does not get ready, the JVM makes no cache, or the jars change meanwhile */
    void run(AotCache server, AotCache commandLine) throws IOException {
        String sources = server.sources()
                .describe()
                .orElseThrow(() ->
                        failed("cannot read the jars in " + server.sources().library()));
        List<NodeSpec> specs = NodeSpec.plan(NODES, freeBasePort());
        QuorumFiles.create(layout, specs);
        List<Started> started = new ArrayList<>();
        try (MeshKitClient client = MeshKitClient.open(ClientContext.load(layout.clientYaml()))) {
            for (NodeSpec spec : specs) {
                started.add(start(spec, started.isEmpty() ? server.recordingFlags() : QUICK));
            }
            awaitReady(client, started);
            calls(client);
            await(commandLine(commandLine.recordingFlags(), "mesh", "shards", "list"), "the recorded command");
        } finally {
            started.forEach(each -> each.node().find().ifPresent(ProcessHandle::destroy));
            started.forEach(each -> awaitEnd(each.process(), "a node of the training"));
        }
        make(server, NodeProcess.FLAGS, sources);
        make(commandLine, Installation.COMMAND_LINE_FLAGS, sources);
    }

    private Started start(NodeSpec spec, List<String> flags) throws IOException {
        Map<String, String> variables = new TreeMap<>(environment);
        variables.put(NodeProcess.OPTIONS_VARIABLE, String.join(" ", flags));
        NodeProcess node = new NodeProcess(layout, spec.node());
        return new Started(node, node.start(installation, variables));
    }

    private void awaitReady(MeshKitClient client, List<Started> started) {
        long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
        while (!QuorumView.ask(client, ASK_LIMIT).allReady()) {
            boolean late = System.nanoTime() - deadlineNanos > 0;
            for (Started each : started) {
                if (late || !each.process().isAlive()) {
                    throw failed("a node of the training did not get ready:\n"
                            + each.node().lastLines(10));
                }
            }
        }
    }

    /** Reads and mutations, so many that the profile knows the way of a mutation. */
    private void calls(MeshKitClient client) {
        CallSettings settings = new CallSettings(LIMIT, null, true);
        for (int i = 0; i < RECORDS; i++) {
            String id = "shard-" + i % 20;
            Shard shard = Shard.newBuilder()
                    .setNamespace(NAMESPACE)
                    .setShardId(id)
                    .setMeta(RecordMeta.newBuilder().putLabels("round", Integer.toString(i)))
                    .build();
            client.call(
                    ShardServiceGrpc.getUpsertShardMethod(),
                    UpsertShardRequest.newBuilder().setShard(shard).build(),
                    settings);
            client.call(
                    ShardServiceGrpc.getGetShardMethod(),
                    GetShardRequest.newBuilder()
                            .setNamespace(NAMESPACE)
                            .setShardId(id)
                            .build(),
                    settings);
        }
        client.call(
                ShardServiceGrpc.getListShardsMethod(),
                ListShardsRequest.newBuilder().setNamespace(NAMESPACE).build(),
                settings);
    }

    private void make(AotCache cache, List<String> flags, String sources) throws IOException {
        List<String> command = new ArrayList<>(List.of(installation.java()));
        command.addAll(Installation.ALWAYS_FLAGS);
        command.addAll(flags);
        command.addAll(cache.makingFlags());
        command.addAll(List.of("-cp", installation.classPath()));
        await(command, "making " + cache.file());
        cache.complete(sources);
    }

    private List<String> commandLine(List<String> recording, String... arguments) {
        List<String> flags = new ArrayList<>(Installation.COMMAND_LINE_FLAGS);
        flags.addAll(recording);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--context", layout.clientYaml().toString(), "--timeout", LIMIT.toMinutes() + "m"));
        return installation.command(Installation.COMMAND_LINE, all, flags, "", environment);
    }

    private void await(List<String> command, String what) throws IOException {
        Path output = layout.directory().resolve("training.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        awaitEnd(process, what);
        if (process.exitValue() != 0) {
            throw failed(what + " ended with exit code " + process.exitValue() + ":\n"
                    + Files.readString(output, StandardCharsets.UTF_8));
        }
    }

    private static void awaitEnd(Process process, String what) {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw failed(what + " did not end within " + LIMIT.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw failed(what + " was interrupted");
        }
    }

    private static int freeBasePort() throws IOException {
        RegistryException taken = null;
        for (int i = 0; i < PORT_ATTEMPTS; i++) {
            int port;
            try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = any.getLocalPort();
            }
            try {
                Ports.checkFree(NodeSpec.plan(NODES, port));
                return port;
            } catch (RegistryException e) {
                taken = e;
            }
        }
        throw taken == null ? failed("there is no free port") : taken;
    }

    private static RegistryException failed(String what) {
        return RegistryException.of(ErrorCode.INTERNAL, what, "Starts work without the caches, only slower.");
    }
}
