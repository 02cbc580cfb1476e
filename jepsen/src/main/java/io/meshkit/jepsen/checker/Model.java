package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.Operation;
import org.jspecify.annotations.Nullable;

/**
 * What one key does when its operations come one at a time.
 *
 * <p>Pure. Thread: any number.
 *
 * @param <S> the states; immutable, with equals and hashCode
 */
public interface Model<S> {
    S initial();

    /** Whether {@link #step} can judge the operation. */
    boolean knows(Operation operation);

    /** Whether the operation can change the state: one that cannot, of unknown outcome, says nothing. */
    boolean changes(Operation operation);

    /**
     * The state after the operation took effect, with the answer it had if that is known.
     *
     * @return null if it could not have had that answer, or that effect, in this state
     */
    @Nullable
    S step(S state, Operation operation);
}
