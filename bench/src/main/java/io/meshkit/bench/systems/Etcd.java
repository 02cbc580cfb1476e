package io.meshkit.bench.systems;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.maintenance.StatusResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three etcd processes: durable writes as they come, neither TLS nor authentication. */
final class Etcd implements Contender {
    private static final int NODES = 3;
    private static final int STATUS_WITHIN_S = 5;
    /** Above what a run writes: the default of 2 GiB would stop a long one. */
    private static final long QUOTA_BYTES = 8L << 30;

    private final Nodes nodes;
    private final Map<String, String> uris;
    private final String version;

    private Etcd(Nodes nodes, Map<String, String> uris, String version) {
        this.nodes = nodes;
        this.uris = uris;
        this.version = version;
    }

    /** @param basePort two ports a node are taken from here on */
    static Etcd make(Path binary, Path directory, int basePort) throws IOException {
        Map<String, String> uris = new LinkedHashMap<>();
        IntStream.range(0, NODES).forEach(i -> uris.put("etcd-" + (i + 1), "http://127.0.0.1:" + (basePort + 2 * i)));
        Map<String, String> peers = new LinkedHashMap<>();
        IntStream.range(0, NODES)
                .forEach(i -> peers.put("etcd-" + (i + 1), "http://127.0.0.1:" + (basePort + 2 * i + 1)));
        String cluster = peers.entrySet().stream()
                .map(peer -> peer.getKey() + "=" + peer.getValue())
                .collect(Collectors.joining(","));
        Map<String, Nodes.Spec> specs = new LinkedHashMap<>();
        for (String name : uris.keySet()) {
            Path home = Files.createDirectories(directory.resolve(name));
            specs.put(
                    name,
                    new Nodes.Spec(
                            List.of(
                                    binary.toString(),
                                    "--name=" + name,
                                    "--data-dir=" + home.resolve("data"),
                                    "--listen-client-urls=" + uris.get(name),
                                    "--advertise-client-urls=" + uris.get(name),
                                    "--listen-peer-urls=" + peers.get(name),
                                    "--initial-advertise-peer-urls=" + peers.get(name),
                                    "--initial-cluster=" + cluster,
                                    "--initial-cluster-token=bench",
                                    "--quota-backend-bytes=" + QUOTA_BYTES,
                                    "--logger=zap",
                                    "--log-level=error"),
                            home,
                            home.resolve("console.log")));
        }
        return new Etcd(new Nodes(specs), uris, Commands.firstLine(binary.toString(), "--version"));
    }

    @Override
    public String description() {
        return version + "; jetcd; no TLS, no authentication";
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
    public Driver open(Dataset dataset, String transport, List<String> asked) {
        return new EtcdDriver(
                asked.stream().map(node -> String.valueOf(uris.get(node))).toList(), dataset, this::leader);
    }

    private String leader() {
        for (Member member : members()) {
            String uri = String.valueOf(uris.get(member.name()));
            try (Client client = Client.builder().endpoints(uri).build()) {
                StatusResponse status =
                        client.getMaintenanceClient().statusMember(uri).get(STATUS_WITHIN_S, TimeUnit.SECONDS);
                if (status.getLeader() == status.getHeader().getMemberId()) {
                    return member.name();
                }
            } catch (ExecutionException | TimeoutException e) {
                // Not this one.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "";
            }
        }
        return "";
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
