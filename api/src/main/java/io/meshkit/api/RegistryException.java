package io.meshkit.api;

import com.google.protobuf.Duration;
import io.meshkit.v1.ErrorDetail;
import org.jspecify.annotations.Nullable;

/**
 * An error of the taxonomy on its way through the edges: transport, server, SDK, CLI.
 *
 * <p>The domain does not throw it: there a rejection is a value. Without a cause it records no stack
 * trace, because rejections are frequent and ordinary.
 */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorDetail detail;

    public RegistryException(ErrorDetail detail, @Nullable Throwable cause) {
        super(detail.getCode() + ": " + detail.getMessage(), cause, false, cause != null);
        this.detail = detail;
    }

    public RegistryException(ErrorDetail detail) {
        this(detail, null);
    }

    /**
     * @param message what is wrong, with the offending value
     * @param hint    what to do about it; may be empty
     */
    public static RegistryException of(ErrorCode code, String message, String hint) {
        return new RegistryException(detail(code, message, hint).build());
    }

    /** As {@link #of(ErrorCode, String, String)}, caused by a failure below. */
    public static RegistryException of(ErrorCode code, String message, String hint, Throwable cause) {
        return new RegistryException(detail(code, message, hint).build(), cause);
    }

    /** A detail with everything that the code itself says, to be completed by the caller. */
    public static ErrorDetail.Builder detail(ErrorCode code, String message, String hint) {
        return ErrorDetail.newBuilder()
                .setCode(code.name())
                .setMessage(message)
                .setHint(hint)
                .setApplied(code.applied());
    }

    /** A duration of milliseconds, for {@code retry_delay}. */
    public static Duration millis(long ms) {
        return Duration.newBuilder()
                .setSeconds(ms / 1000)
                .setNanos((int) (ms % 1000) * 1_000_000)
                .build();
    }

    public ErrorCode code() {
        return ErrorCode.ofName(detail.getCode());
    }

    public ErrorDetail detail() {
        return detail;
    }
}
