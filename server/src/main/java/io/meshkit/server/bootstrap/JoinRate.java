package io.meshkit.server.bootstrap;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.util.function.LongSupplier;

/** So many joins per second and node, whoever asks: each costs two signatures and a place in the log. Thread-safe. */
public final class JoinRate {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final long perSecond;
    private final LongSupplier nanos;
    private long windowStart;
    private long taken;

    public JoinRate(long perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.nanos = nanos;
        this.windowStart = nanos.getAsLong();
    }

    /** @throws RegistryException OVERLOADED with the time to wait */
    synchronized void take() {
        long now = nanos.getAsLong();
        if (now - windowStart >= SECOND_NANOS) {
            windowStart = now;
            taken = 0;
        }
        if (taken >= perSecond) {
            long waitMs = Math.max(1, (SECOND_NANOS - (now - windowStart)) / 1_000_000);
            throw new RegistryException(RegistryException.detail(
                            ErrorCode.OVERLOADED,
                            "more than " + perSecond + " joins in a second",
                            "wait, or raise bootstrap.joins-per-second")
                    .setRetryDelay(RegistryException.millis(waitMs))
                    .build());
        }
        taken++;
    }
}
