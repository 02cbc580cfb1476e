package io.meshkit.domain.kernel;

import com.google.protobuf.Timestamp;

/** Log time as a message. */
public final class Times {
    private static final int NANOS_PER_MS = 1_000_000;

    private Times() {}

    public static Timestamp timestamp(long unixMs) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(unixMs, 1000L))
                .setNanos(Math.floorMod(unixMs, 1000) * NANOS_PER_MS)
                .build();
    }
}
