package io.meshkit.domain.bootstrap;

import com.google.protobuf.Duration;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Times;
import io.meshkit.v1.ErrorDetail;
import org.jspecify.annotations.Nullable;

/**
 * How long a new certificate may live, and how long it was asked to.
 *
 * @param asked      null: nothing was asked for
 * @param tokenMaxMs what its join token allows
 * @param tokenSays  how that is said of it: "the join token allows"
 * @param limits     what the issuing policies allow
 */
record Lifetime(@Nullable Duration asked, long tokenMaxMs, String tokenSays, IssuingLimits limits) {
    private static final String FIELD = "lifetime";

    /** Whatever the state is. */
    static void check(Duration asked, Check check) {
        check.duration(
                FIELD, asked, DomainLimits.CERTIFICATE_LIFETIME_MS_MIN, DomainLimits.CERTIFICATE_LIFETIME_MS_MAX);
    }

    /** Why it cannot live as long, or not at all, or null. */
    @Nullable
    ErrorDetail refusal() {
        if (asked != null && Times.ms(asked) > tokenMaxMs) {
            return Errors.ofField(
                    ErrorCode.LIMIT_EXCEEDED,
                    FIELD,
                    "lifetime is " + Times.ms(asked) + " ms, " + tokenSays + " " + tokenMaxMs,
                    "ask for less, or leave it out");
        }
        ErrorDetail uncovered = limits.refusal();
        return uncovered == null && asked != null && Times.ms(asked) > maxMs()
                ? limits.exceeded(FIELD, Times.ms(asked) + " ms", maxMs() + " ms")
                : uncovered;
    }

    /** What was asked for, else so long if that is allowed. */
    long ms(long usualMs) {
        return asked != null ? Times.ms(asked) : Math.min(usualMs, maxMs());
    }

    private long maxMs() {
        return limits.certificateLifetimeMs(tokenMaxMs);
    }
}
