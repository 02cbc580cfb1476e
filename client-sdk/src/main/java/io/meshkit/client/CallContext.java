package io.meshkit.client;

import com.google.protobuf.Message;
import io.grpc.Metadata;

/** What the calls of one client share. Thread-safe. */
interface CallContext {

    NodeRouter router();

    /** Those who wait for a node that may be tried. */
    TurnQueue turns();

    /** As {@link System#nanoTime}. */
    long nanoTime();

    RetryPolicy retryPolicy();

    /** Fresh headers for one attempt. */
    Metadata headers();

    /** Runs the task after the pause, on a thread where it must not block; false if the client is closed. */
    boolean later(Runnable task, long delayNanos);

    /** Tells whoever watches the calls. */
    void ended(CallReport report);

    /** Learns who leads from an answer. */
    void observe(NodeChannel node, MethodTraits traits, Message response);
}
