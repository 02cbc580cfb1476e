package io.meshkit.client;

import io.grpc.Channel;

/** The transport under one node's calls. Thread-safe. */
interface Connection {

    Channel channel();

    /** Tries to connect now instead of waiting for the pause after the last failure. */
    void reconnect();

    /** What was negotiated, for example {@code grpc;h2;protobuf}. */
    String transport();

    /** Ends all calls; waits briefly, not for ever. */
    void close();
}
