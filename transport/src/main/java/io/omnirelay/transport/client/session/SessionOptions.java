package io.omnirelay.transport.client.session;

import java.time.Duration;

/**
 * How a channel uses sessions.
 *
 * @param callsInFlightMax calls sent and not answered, at most; further ones wait. The server's own limit holds, too
 * @param frameCallsMax    calls in one frame, at most; the server's own limit holds, too
 * @param frameBytesMax    bytes of calls in one frame, as long as there is more than one
 * @param callBytesMax     larger messages go by themselves, so that they hold nobody back
 * @param answerBytesMax   larger answers are refused
 * @param idle             a session without calls for so long is ended
 * @param eager            calls wait for the session to be opened; else they go by themselves until it is, beginning
 *                         with the second
 */
public record SessionOptions(
        int callsInFlightMax,
        int frameCallsMax,
        int frameBytesMax,
        int callBytesMax,
        int answerBytesMax,
        Duration idle,
        boolean eager) {
    /** 1,024 calls, frames of 256 calls and 256 KiB, messages of 64 KiB, answers of 64 MiB; 10 s; not eager. */
    public static final SessionOptions DEFAULT =
            new SessionOptions(1_024, 256, 256 << 10, 64 << 10, 64 << 20, Duration.ofSeconds(10), false);

    public SessionOptions {
        if (callsInFlightMax < 1 || frameCallsMax < 1 || frameBytesMax < 1 || callBytesMax < 1 || answerBytesMax < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
        if (idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("idle must be positive: " + idle);
        }
    }

    /** The same, eager or not. */
    public SessionOptions withEager(boolean value) {
        return new SessionOptions(
                callsInFlightMax, frameCallsMax, frameBytesMax, callBytesMax, answerBytesMax, idle, value);
    }
}
