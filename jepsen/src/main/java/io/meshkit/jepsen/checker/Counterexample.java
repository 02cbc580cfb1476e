package io.meshkit.jepsen.checker;

import java.util.List;

/**
 * Why a history cannot be: as few events as possible that together break a promise.
 *
 * @param what    the broken promise, in one sentence
 * @param lines   the events and what follows from them, for people
 * @param indexes of the events that are involved, in order; the report links to them
 */
public record Counterexample(String what, List<String> lines, List<Long> indexes) {
    public Counterexample {
        lines = List.copyOf(lines);
        indexes = List.copyOf(indexes);
    }
}
