package io.meshkit.domain.records;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Numbers as .NET (Core 3.0 and later) writes them in the invariant culture: the shortest digits that read
 * back as the same double.
 *
 * <p>Scientific from 1E+17 on and below 0.0001, because .NET switches where the decimal point would lie more
 * than {@code max(digits, 17)} places to the right or more than 3 zeros to the left of the first digit.
 * Source: dotnet/runtime, Number.Formatting.cs, FormatDouble and FormatGeneral.
 */
final class InvariantDouble {
    private static final int ROUND_TRIP_DIGITS_MAX = 17;
    private static final int LEADING_ZEROS_MAX = 3;
    private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_EVEN);

    private InvariantDouble() {}

    /** @param value finite */
    static String format(double value) {
        if (value == 0) {
            return Math.copySign(1, value) < 0 ? "-0" : "0";
        }
        BigDecimal shortest = shortest(value);
        String digits = shortest.unscaledValue().abs().toString();
        // The value is 0.digits × 10^point.
        int point = digits.length() - shortest.scale();
        String sign = value < 0 ? "-" : "";
        if (point > Math.max(digits.length(), ROUND_TRIP_DIGITS_MAX) || point < -LEADING_ZEROS_MAX) {
            return sign + scientific(digits, point - 1);
        }
        if (point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        if (point >= digits.length()) {
            return sign + digits + "0".repeat(point - digits.length());
        }
        return sign + digits.substring(0, point) + "." + digits.substring(point);
    }

    /** Double.toString gives the shortest digits since JDK 19, except that it never gives fewer than two. */
    private static BigDecimal shortest(double value) {
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        BigDecimal oneDigit = decimal.round(ONE_DIGIT).stripTrailingZeros();
        return oneDigit.doubleValue() == value ? oneDigit : decimal;
    }

    private static String scientific(String digits, int exponent) {
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        String magnitude = Integer.toString(Math.abs(exponent));
        return digits.charAt(0)
                + fraction
                + "E"
                + (exponent < 0 ? "-" : "+")
                + (magnitude.length() == 1 ? "0" + magnitude : magnitude);
    }
}
