package io.meshkit.bench.systems;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Three ZooKeeper processes on the Java that runs this: durable writes as they come, no TLS, no authentication. */
final class ZooKeepers implements Contender {
    private static final int NODES = 3;
    private static final int PORTS_PER_NODE = 3;
    private static final int STATUS_WITHIN_MS = 2_000;
    private static final String MAIN_CLASS = "org.apache.zookeeper.server.quorum.QuorumPeerMain";

    private final Nodes nodes;
    private final Map<String, Integer> clientPorts;

    private ZooKeepers(Nodes nodes, Map<String, Integer> clientPorts) {
        this.nodes = nodes;
        this.clientPorts = clientPorts;
    }

    /** @param basePort three ports a node are taken from here on */
    static ZooKeepers make(Path jar, Path directory, int basePort) throws IOException {
        List<String> servers = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            int port = basePort + PORTS_PER_NODE * i;
            servers.add("server." + (i + 1) + "=127.0.0.1:" + (port + 1) + ":" + (port + 2));
        }
        Map<String, Nodes.Spec> specs = new LinkedHashMap<>();
        Map<String, Integer> clientPorts = new LinkedHashMap<>();
        for (int i = 0; i < NODES; i++) {
            String name = "zookeeper-" + (i + 1);
            int port = basePort + PORTS_PER_NODE * i;
            clientPorts.put(name, port);
            Path home = Files.createDirectories(directory.resolve(name));
            Path data = Files.createDirectories(home.resolve("data"));
            Files.writeString(data.resolve("myid"), (i + 1) + "\n");
            List<String> settings = new ArrayList<>(List.of(
                    "tickTime=2000",
                    "initLimit=10",
                    "syncLimit=5",
                    "dataDir=" + data,
                    "clientPortAddress=127.0.0.1",
                    "clientPort=" + port,
                    "maxClientCnxns=0",
                    "admin.enableServer=false",
                    "4lw.commands.whitelist=srvr",
                    "autopurge.purgeInterval=1"));
            settings.addAll(servers);
            Path config = Files.writeString(home.resolve("zoo.cfg"), String.join("\n", settings) + "\n");
            specs.put(
                    name,
                    new Nodes.Spec(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xms128m",
                                    "-Xmx1g",
                                    "-cp",
                                    jar.toString(),
                                    MAIN_CLASS,
                                    config.toString()),
                            home,
                            home.resolve("console.log")));
        }
        return new ZooKeepers(new Nodes(specs), clientPorts);
    }

    @Override
    public String description() {
        String version = clientPorts.keySet().stream()
                .map(this::status)
                .flatMap(String::lines)
                .filter(line -> line.startsWith("Zookeeper version: "))
                .findFirst()
                .orElse("version unknown")
                .replaceFirst("^Zookeeper version: ([0-9.]+).*", "$1");
        return "ZooKeeper " + version + " on Java " + Runtime.version().feature()
                + "; its own client; no TLS, no authentication";
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
        String connect =
                asked.stream().map(node -> "127.0.0.1:" + clientPorts.get(node)).collect(Collectors.joining(","));
        return new ZooKeeperDriver(connect, dataset, this::leader);
    }

    private String leader() {
        return members().stream()
                .map(Member::name)
                .filter(node -> status(node).contains("Mode: leader"))
                .findFirst()
                .orElse("");
    }

    /** The answer to the four-letter command srvr; empty if there is none. */
    private String status(String node) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(STATUS_WITHIN_MS);
            socket.connect(new InetSocketAddress("127.0.0.1", clientPorts.getOrDefault(node, 0)), STATUS_WITHIN_MS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
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
