package io.omnirelay.transport.http;

import io.netty.handler.codec.http2.Http2FrameCodecBuilder;

/**
 * What one HTTP/2 connection may send that is cheap for it and dear for us. Over any of them: GOAWAY with
 * ENHANCE_YOUR_CALM, and the connection is closed; no other connection is touched. Not configurable: no
 * well-behaved caller comes near. (HTTP/3 has its own: {@code Http3Options.resetsMax}, QUIC's stream credit.)
 */
public final class Http2Floods {
    /** Streams that the caller resets within {@link #RESETS_WINDOW_S} (rapid reset, CVE-2023-44487). */
    public static final int RESETS_MAX = 200;

    /** Seconds; see {@link #RESETS_MAX}. */
    public static final int RESETS_WINDOW_S = 30;

    /** Acknowledgements of SETTINGS and PING, and resets, that wait here because the caller does not read. */
    static final int QUEUED_CONTROL_FRAMES_MAX = 10_000;

    /** DATA frames in a row without a byte and without an end of stream. */
    static final int EMPTY_DATA_FRAMES_MAX = 2;

    /** CONTINUATION frames of one header that are smaller than a quarter of the largest frame. */
    static final int SMALL_CONTINUATION_FRAMES_MAX = 16;

    private Http2Floods() {}

    static Http2FrameCodecBuilder guard(Http2FrameCodecBuilder codec) {
        return codec.decoderEnforceMaxRstFramesPerWindow(RESETS_MAX, RESETS_WINDOW_S)
                .encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES_MAX)
                .decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_DATA_FRAMES_MAX)
                .decoderEnforceMaxSmallContinuationFrames(SMALL_CONTINUATION_FRAMES_MAX);
    }
}
