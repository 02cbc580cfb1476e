package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.History;

/**
 * Judges one promise of the registry in a whole history.
 *
 * <p>Immutable. Thread: any number. {@link Checkers} has them by workload; {@code docs/jepsen.md} says which
 * events each of them reads.
 */
public interface Checker {
    /** The promise in one or two words, for example {@code linearizable}. */
    String name();

    /** Whether the history has anything for it to judge; who must not be left out is asked without this. */
    default boolean appliesTo(History history) {
        return true;
    }

    /**
     * Never VALID unless something was there to be judged and all of it was.
     *
     * @throws io.meshkit.jepsen.history.HistoryException if the history is not one
     */
    Judgement check(History history);
}
