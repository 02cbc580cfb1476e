package io.meshkit.client;

import java.time.Duration;

/**
 * How an answer came.
 *
 * @param node       the node that was asked; it may have forwarded to the leader
 * @param negotiated protocol, transport and encoding of the attempt that was answered
 * @param attempts   1 if the first attempt succeeded
 * @param requestId  of a mutation: the one that all attempts carried; else empty
 * @param duration   of the call with all its attempts
 */
public record ResponseInfo(String node, Negotiated negotiated, int attempts, String requestId, Duration duration) {}
