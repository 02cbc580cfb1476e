package io.omnirelay.cli.quorum;

import io.meshkit.client.Endpoint;
import java.util.List;
import java.util.stream.IntStream;

/** One node of a quorum on this machine: its ports follow from the base port and its number. */
record NodeSpec(String node, String host, int httpsPort) {
    static final int PORTS_PER_NODE = 4;
    private static final int STEP = 10;
    private static final String LOOPBACK = "127.0.0.1";

    int grpcPort() {
        return httpsPort + 1;
    }

    int raftPort() {
        return httpsPort + 2;
    }

    int nodePort() {
        return httpsPort + 3;
    }

    /** node-1 … node-N. */
    static List<NodeSpec> plan(int nodes, int basePort) {
        return IntStream.range(0, nodes)
                .mapToObj(i -> new NodeSpec("node-" + (i + 1), LOOPBACK, basePort + STEP * i))
                .toList();
    }

    /** node-1 … node-N, each on its host, all on the same ports. */
    static List<NodeSpec> onHosts(List<String> hosts, int basePort) {
        return IntStream.range(0, hosts.size())
                .mapToObj(i -> new NodeSpec("node-" + (i + 1), hosts.get(i), basePort))
                .toList();
    }

    static NodeSpec of(Endpoint endpoint) {
        return new NodeSpec(endpoint.node(), endpoint.host(), endpoint.httpsPort());
    }

    Endpoint endpoint() {
        return new Endpoint(node, host, httpsPort, grpcPort());
    }
}
