package io.meshkit.bench.systems;

import io.meshkit.client.CallSettings;
import io.meshkit.client.ClientContext;
import io.meshkit.client.Endpoint;
import io.meshkit.client.MeshKitClientBuilder;
import io.meshkit.client.TransportMode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A quorum of the registry as {@code omnirelay quorum up} makes it, TLS and authorization on.
 *
 * <p>That command makes it and starts it once; the processes' command lines are read then, and from there on they are
 * run as children, so that starts and kills are timed without a launcher between.
 */
final class MeshKitQuorum implements Contender {
    private static final String CLI = "io.omnirelay.cli.Main";
    private static final int COMMAND_WITHIN_S = 300;
    private static final CallSettings SETTINGS = CallSettings.DEFAULT.withDeadline(Duration.ofSeconds(10));

    private final ClientContext context;
    private final Nodes nodes;

    private MeshKitQuorum(ClientContext context, Nodes nodes) {
        this.context = context;
        this.nodes = nodes;
    }

    /** @param basePort of the quorum, see {@code omnirelay quorum up --help} */
    static MeshKitQuorum make(Path directory, int basePort) throws IOException, InterruptedException {
        Path data = directory.resolve("quorum");
        Path log = Files.createDirectories(directory).resolve("make.log");
        // What that command starts outlives it: a run that is stopped meanwhile has to take it down.
        Thread atExit = new Thread(() -> down(directory, log, data), "quorum-down");
        Runtime.getRuntime().addShutdownHook(atExit);
        cli(directory, log, "quorum", "up", "--data", data.toString(), "--base-port", Integer.toString(basePort));
        Map<String, Nodes.Spec> specs = new LinkedHashMap<>();
        ClientContext context = ClientContext.load(data.resolve("client.yaml"));
        try {
            for (Endpoint endpoint : context.endpoints()) {
                Path home = data.resolve(endpoint.node());
                long pid = Long.parseLong(Files.readString(home.resolve("pid")).strip());
                specs.put(
                        endpoint.node(),
                        new Nodes.Spec(commandLine(pid), home, directory.resolve(endpoint.node() + ".console.log")));
            }
        } finally {
            cli(directory, log, "quorum", "down", "--data", data.toString());
            Runtime.getRuntime().removeShutdownHook(atExit);
        }
        return new MeshKitQuorum(context, new Nodes(specs));
    }

    private static void down(Path directory, Path log, Path data) {
        try {
            cli(directory, log, "quorum", "down", "--data", data.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** That of a node that keeps what it has, whatever its first start was told. */
    private static List<String> commandLine(long pid) throws IOException {
        List<String> command = new ArrayList<>();
        for (String argument : Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8)
                .split("\0")) {
            command.add(argument.equals("node.initial-state=new") ? "node.initial-state=existing" : argument);
        }
        return command;
    }

    private static void cli(Path directory, Path log, String... arguments) throws IOException, InterruptedException {
        String classPath = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1"));
        Path library =
                Path.of(classPath.split(File.pathSeparator)[0]).toAbsolutePath().getParent();
        if (library != null && library.endsWith("lib") && library.getParent() != null) {
            command.add("-Domnirelay.home=" + library.getParent());
        }
        command.addAll(List.of("-cp", classPath, CLI));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // Its own, or the caller's default quorum would be another one afterwards.
        builder.environment()
                .put("OMNIRELAY_STATE_DIR", directory.resolve("state").toString());
        Process process = builder.start();
        if (!process.waitFor(COMMAND_WITHIN_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("omnirelay " + String.join(" ", arguments) + " failed:\n" + Files.readString(log));
        }
    }

    @Override
    public String description() {
        return "MeshKit Registry on Java " + Runtime.version().feature()
                + "; its SDK; TLS, bearer token, authorization";
    }

    @Override
    public List<String> nodes() {
        return nodes.names();
    }

    @Override
    public void start() throws IOException {
        nodes.start();
    }

    @Override
    public List<Member> members() {
        return nodes.members();
    }

    @Override
    public Driver open(Dataset dataset, String transport, List<String> asked) throws IOException {
        CallSettings settings = asked.size() == 1 ? SETTINGS.withNode(asked.getFirst()) : SETTINGS;
        MeshKitClientBuilder builder = context.toBuilder().settings(settings);
        if (!transport.isEmpty()) {
            builder.transport(TransportMode.parse(transport));
        }
        return new MeshKitDriver(builder.build(), settings, dataset);
    }

    @Override
    public void kill(String node) throws InterruptedException {
        nodes.kill(node);
    }

    @Override
    public void stop() throws InterruptedException {
        nodes.stop();
    }
}
