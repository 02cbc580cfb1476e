package io.meshkit.server.verbs;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Request ids for callers that give none: UUIDs of version 7, so that they sort by time in the dedupe table.
 *
 * <p>Thread: any number.
 */
public final class RequestIds {
    private final SecureRandom random = new SecureRandom();
    private final LongSupplier clockMs;

    /**
     * @param clockMs Unix ms
     */
    public RequestIds(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    /** Source: RFC 9562 §5.7. */
    String next() {
        byte[] bits = new byte[10];
        random.nextBytes(bits);
        long randomA = ((bits[0] & 0xFFL) << 8 | (bits[1] & 0xFFL)) & 0x0FFF;
        long randomB = 0;
        for (int i = 2; i < bits.length; i++) {
            randomB = randomB << 8 | (bits[i] & 0xFFL);
        }
        long high = clockMs.getAsLong() << 16 | 0x7000 | randomA;
        long low = randomB & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }
}
