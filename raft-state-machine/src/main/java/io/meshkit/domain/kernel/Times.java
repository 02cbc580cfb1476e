package io.meshkit.domain.kernel;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;

/** Log time and durations as messages. */
public final class Times {
    private static final int NANOS_PER_MS = 1_000_000;

    private Times() {}

    /** @param ms ≥ 0 */
    public static Duration duration(long ms) {
        return Duration.newBuilder()
                .setSeconds(ms / 1000)
                .setNanos((int) (ms % 1000) * NANOS_PER_MS)
                .build();
    }

    public static long ms(Duration duration) {
        return duration.getSeconds() * 1000 + duration.getNanos() / NANOS_PER_MS;
    }

    public static Timestamp timestamp(long unixMs) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(unixMs, 1000L))
                .setNanos(Math.floorMod(unixMs, 1000) * NANOS_PER_MS)
                .build();
    }

    /** Unix ms; what is below is cut off. */
    public static long unixMs(Timestamp timestamp) {
        return timestamp.getSeconds() * 1000 + timestamp.getNanos() / NANOS_PER_MS;
    }
}
