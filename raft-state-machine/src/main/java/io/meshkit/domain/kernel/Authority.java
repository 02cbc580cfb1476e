package io.meshkit.domain.kernel;

import com.google.protobuf.Message;
import io.meshkit.v1.ErrorDetail;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of a command may do, as of the state in which it is decided.
 *
 * <p>A refusal is FORBIDDEN or, of a credential that holds no more, UNAUTHENTICATED. Immutable. Times are Unix ms,
 * of the log when a command is applied.
 */
public interface Authority {
    /** Of a state that has no access records yet. */
    Authority UNLIMITED = new Authority() {
        @Override
        public @Nullable ErrorDetail refusal(Message operation, long timeMs) {
            return null;
        }

        @Override
        public @Nullable ErrorDetail refusalAnywhere(Message operation, long timeMs) {
            return null;
        }

        @Override
        public <T extends Message> @Nullable ErrorDetail refusal(
                Message operation, RecordRef<T> ref, @Nullable T record, long timeMs) {
            return null;
        }
    };

    /** Why the caller may use the verb on nothing at all, or null. */
    @Nullable
    ErrorDetail refusal(Message operation, long timeMs);

    /** Why the caller may not use the verb on everything, or null. */
    @Nullable
    ErrorDetail refusalAnywhere(Message operation, long timeMs);

    /**
     * Why the caller may not use the verb on this record, or null.
     *
     * @param record null: there is none of that name
     */
    <T extends Message> @Nullable ErrorDetail refusal(
            Message operation, RecordRef<T> ref, @Nullable T record, long timeMs);
}
