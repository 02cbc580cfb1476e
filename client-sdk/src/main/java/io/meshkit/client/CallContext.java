package io.meshkit.client;

import com.google.protobuf.Message;
import io.grpc.Metadata;

/** What the calls of one client share. Thread-safe. */
interface CallContext {

    NodeRouter router();

    RetryPolicy retryPolicy();

    /** Fresh headers for one attempt. */
    Metadata headers();

    /** Runs the task after the pause, on a thread where it must not block. */
    void later(Runnable task, long delayNanos);

    /** Learns who leads from an answer. */
    void observe(NodeChannel node, MethodTraits traits, Message response);
}
