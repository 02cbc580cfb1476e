package io.omnirelay.transport.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One request and its answer, whatever version of HTTP carries them.
 *
 * <p>The answer is either {@link #respond} once, or {@link #start}, {@link #write} any number of times, and
 * {@link #finish}. What comes after the end, or after the caller has gone, is dropped without an error: there
 * is nobody to tell.
 *
 * <p>Thread: any; the caller orders its own calls.
 */
public interface Exchange {
    RequestHead head();

    /** The whole body, at most {@code requestBodyBytesMax}; empty for a rejected request. Not to be changed. */
    byte[] body();

    /** {@link System#nanoTime()} when the head arrived. */
    long startNanos();

    /** Bytes of body received so far. */
    long receivedBytes();

    /** Bytes of body given to be sent so far. */
    long sentBytes();

    /**
     * Answers at once. The length is added here; a body is left out where HTTP forbids one.
     *
     * @param headers owned by the exchange from here on
     */
    void respond(int status, HttpHeaders headers, byte[] body);

    /** Begins an answer of unknown length. */
    void start(int status, HttpHeaders headers);

    /**
     * Sends a part of the answer. What {@link #isWritable} warns of is not enforced here.
     *
     * @param pieces one after the other; not to be changed afterwards, may be shared with other exchanges
     */
    void write(byte[]... pieces);

    /** Ends an answer that was started. */
    void finish();

    /** Breaks the exchange off: the caller sees a reset stream or a closed connection. */
    void abort();

    /** False while more is waiting to be sent than the transport likes to hold. */
    boolean isWritable();

    /**
     * @param callback runs on an I/O thread whenever {@link #isWritable} turns true; replaces the one before
     */
    void onWritable(Runnable callback);

    /** Completes once: true when the whole answer was handed to the network, false when the caller had gone. */
    CompletableFuture<Boolean> ended();

    /** For short timers that belong to this exchange; its thread must not be blocked. */
    ScheduledExecutorService timer();
}
