package io.omnirelay.cli.quorum;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Finds out before anything starts whether its ports are free. */
final class Ports {
    private static final int PORT_MAX = 65_535;

    private Ports() {}

    /**
     * Binds each port for a moment: TCP for all, UDP also where HTTP/3 will listen.
     *
     * @throws RegistryException PORT_IN_USE (a local failure, exit code 1) naming the ports
     */
    static void checkFree(List<NodeSpec> nodes) {
        List<String> taken = new ArrayList<>();
        for (NodeSpec node : nodes) {
            for (int port = node.httpsPort(); port < node.httpsPort() + NodeSpec.PORTS_PER_NODE; port++) {
                if (port > PORT_MAX) {
                    throw RegistryException.of(
                            ErrorCode.INVALID_REQUEST, "there is no port " + port, "Choose a lower --base-port.");
                }
                if (!isFree(node.host(), port, port == node.httpsPort())) {
                    taken.add(port + " (" + node.node() + ")");
                }
            }
        }
        if (!taken.isEmpty()) {
            throw new RegistryException(ErrorDetail.newBuilder()
                    .setCode("PORT_IN_USE")
                    .setMessage("port " + String.join(", port ", taken) + " in use by another program")
                    .setHint("End it, or make a quorum on other ports: omnirelay quorum up --base-port N --data DIR.")
                    .setApplied(ErrorDetail.Applied.APPLIED_NO)
                    .build());
        }
    }

    private static boolean isFree(String host, int port, boolean udpToo) {
        try (ServerSocket tcp = new ServerSocket()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
            // As servers do: connections of a predecessor that linger do not count.
            tcp.setReuseAddress(true);
            tcp.bind(address);
            if (udpToo) {
                new DatagramSocket(address).close();
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
