package io.meshkit.client;

/**
 * How an answer came.
 *
 * @param node      the node that was asked; it may have forwarded to the leader
 * @param transport the negotiated transport and encoding, for example {@code grpc;protobuf}
 * @param attempts  1 if the first attempt succeeded
 */
public record ResponseInfo(String node, String transport, int attempts) {}
