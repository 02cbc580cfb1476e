package io.omnirelay.transport.grpc.wire;

import java.util.concurrent.TimeUnit;

/** The value of {@code grpc-timeout}: at most eight digits and a unit. */
public final class GrpcTimeout {
    private static final long DIGITS_MAX = 99_999_999L;
    private static final TimeUnit[] UNITS = {
        TimeUnit.NANOSECONDS,
        TimeUnit.MICROSECONDS,
        TimeUnit.MILLISECONDS,
        TimeUnit.SECONDS,
        TimeUnit.MINUTES,
        TimeUnit.HOURS
    };
    private static final String LETTERS = "numSMH";

    private GrpcTimeout() {}

    /** The text for a time; one that has passed already is a nanosecond. */
    public static String format(long nanos) {
        long positive = Math.max(1, nanos);
        for (int i = 0; i < UNITS.length; i++) {
            long amount = UNITS[i].convert(positive, TimeUnit.NANOSECONDS);
            if (amount <= DIGITS_MAX) {
                return Long.toString(amount) + LETTERS.charAt(i);
            }
        }
        return DIGITS_MAX + "H";
    }

    /**
     * Nanoseconds, ≥ 0.
     *
     * @throws IllegalArgumentException if the text is no timeout
     */
    public static long parse(String text) {
        int digits = text.length() - 1;
        int unit = digits < 1 || digits > 8 ? -1 : LETTERS.indexOf(text.charAt(digits));
        if (unit < 0 || !text.chars().limit(digits).allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("grpc-timeout must be like 5S or 250m");
        }
        return UNITS[unit].toNanos(Long.parseLong(text.substring(0, digits)));
    }
}
