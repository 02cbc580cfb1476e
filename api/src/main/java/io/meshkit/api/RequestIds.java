package io.meshkit.api;

import java.util.UUID;

/**
 * Makes the ids by which the registry recognizes a mutation that is sent again.
 *
 * <p>They begin with the time of their making (UUID version 7, RFC 9562 §5.7): ids made about the same time lie together
 * in the registry's tables, which makes them cheaper to look up and to keep. Any other text that is used once will do as
 * well. Thread: any number.
 */
public final class RequestIds {
    private static final long VERSION_7 = 0x7000L;
    private static final long RANDOM_A = 0x0FFFL;
    private static final int TIME_SHIFT = 16;

    private RequestIds() {}

    /** A new id of 36 characters; 74 bits of it are random. */
    public static String next() {
        return of(System.currentTimeMillis(), UUID.randomUUID()).toString();
    }

    /**
     * A new id that says what it is for.
     *
     * @param purpose at its end, after a hyphen: a prefix would take it out of the order of time
     */
    public static String next(String purpose) {
        return next() + "-" + purpose;
    }

    /** As made at that time, Unix ms; the variant bits of the random UUID are those of version 7, too. */
    static UUID of(long unixMs, UUID random) {
        long time = unixMs << TIME_SHIFT;
        return new UUID(
                time | VERSION_7 | random.getMostSignificantBits() & RANDOM_A, random.getLeastSignificantBits());
    }
}
