package io.omnirelay.transport.http3;

/**
 * What of HTTP/3 is not also a limit of the other versions. Immutable.
 *
 * @param enabled               default true; where UDP or the native library is missing the server goes on without
 * @param streamWindowBytes     a caller may send ahead on one stream, at first; grows while we read as fast.
 *                              Default 256 KiB, 16 KiB to 16 MiB
 * @param connectionWindowBytes the same for all streams of a connection together. Default 4 MiB, at least the
 *                              stream's, to 64 MiB
 * @param resetsMax             streams that a caller may break off on one connection, before it is asked to make a
 *                              new one: each leaves some memory behind. Default 10,000, 10 to 1,000,000
 * @param retryTokenSeconds     how long a caller's address stays proven before it must connect. Default 10, 1 to 300
 */
public record Http3Options(
        boolean enabled, int streamWindowBytes, int connectionWindowBytes, int resetsMax, int retryTokenSeconds) {
    private static final Http3Options DEFAULTS = new Http3Options(true, 256 << 10, 4 << 20, 10_000, 10);

    public Http3Options {
        range("streamWindowBytes", streamWindowBytes, 16 << 10, 16 << 20);
        range("connectionWindowBytes", connectionWindowBytes, streamWindowBytes, 64 << 20);
        range("resetsMax", resetsMax, 10, 1_000_000);
        range("retryTokenSeconds", retryTokenSeconds, 1, 300);
    }

    public static Http3Options defaults() {
        return DEFAULTS;
    }

    /** No UDP port at all. */
    public static Http3Options disabled() {
        return new Http3Options(
                false,
                DEFAULTS.streamWindowBytes,
                DEFAULTS.connectionWindowBytes,
                DEFAULTS.resetsMax,
                DEFAULTS.retryTokenSeconds);
    }

    private static void range(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be within [" + min + ", " + max + "], is " + value);
        }
    }
}
