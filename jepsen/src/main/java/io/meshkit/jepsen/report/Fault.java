package io.meshkit.jepsen.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A fault that was injected, and how it showed.
 *
 * @param name      for example {@code partition:leader}
 * @param target    what it hit, for people
 * @param fromNanos on the history's clock
 * @param toNanos   ≥ fromNanos
 * @param evidence  counters that prove its effect, by name: packets dropped, processes stopped, EIO seen
 */
public record Fault(String name, String target, long fromNanos, long toNanos, SequencedMap<String, Long> evidence) {
    public Fault {
        if (toNanos < fromNanos) {
            throw new IllegalArgumentException(name + " ends before it begins");
        }
        evidence = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(evidence));
    }

    /** Whether it certainly had an effect: a run whose faults had none proves nothing. */
    public boolean hasShown() {
        return evidence.values().stream().anyMatch(count -> count > 0);
    }
}
