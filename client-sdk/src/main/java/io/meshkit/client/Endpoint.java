package io.meshkit.client;

/**
 * Where one node of the quorum answers clients.
 *
 * @param node      the node's id, for example node-1
 * @param host      name or address; TLS verifies the certificate against it
 * @param httpsPort HTTP/3, HTTP/2 and HTTP/1.1; 0 if unknown
 * @param grpcPort  gRPC over HTTP/2, 1–65535
 */
public record Endpoint(String node, String host, int httpsPort, int grpcPort) {

    public Endpoint {
        if (node.isEmpty() || host.isEmpty()) {
            throw new IllegalArgumentException("an endpoint needs a node id and a host");
        }
        checkPort(grpcPort, 1);
        checkPort(httpsPort, 0);
    }

    private static void checkPort(int port, int min) {
        if (port < min || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is outside " + min + "–65535");
        }
    }

    @Override
    public String toString() {
        return node + " (" + host + ":" + grpcPort + ")";
    }
}
