package io.meshkit.jepsen.sim;

import io.meshkit.jepsen.checker.DeltaDebugging;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Many random schedules, until one fails. Thread: one.
 */
public final class Soak {
    /** Kinds of endings, by how often: what a soak has seen, so that nobody takes silence for proof. */
    private final TreeMap<String, Long> seen = new TreeMap<>();

    /**
     * A schedule that fails, and what it was before it was made small.
     *
     * @param number of the schedule in the soak, from 0
     */
    public record Failure(long number, Schedule schedule, Schedule minimal, String failure) {}

    /** What the schedules have shown so far, by name. */
    public TreeMap<String, Long> seen() {
        return new TreeMap<>(seen);
    }

    /** @param steps of each schedule */
    public Optional<Failure> run(long seed, long schedules, int steps) {
        return run(seed, schedules, steps, SimNode::sound);
    }

    Optional<Failure> run(long seed, long schedules, int steps, Simulation.Members members) {
        for (long number = 0; number < schedules; number++) {
            Schedule schedule = Schedules.random(seed + number, steps);
            SimResult result = Simulation.run(schedule, members);
            count(result);
            if (result.failure().isPresent()) {
                return Optional.of(new Failure(
                        number,
                        schedule,
                        minimal(schedule, members),
                        result.failure().get()));
            }
        }
        return Optional.empty();
    }

    private void count(SimResult result) {
        seen.merge("schedules", 1L, Long::sum);
        seen.merge("invariant checks", result.checks(), Long::sum);
        result.history().events().forEach(event -> {
            if (event.isOfClient()) {
                seen.merge("client " + event.type().id(), 1L, Long::sum);
            } else {
                seen.merge(event.f(), 1L, Long::sum);
            }
        });
    }

    /** The fewest of its steps that still fail; any failure will do. */
    public static Schedule minimal(Schedule failing) {
        return minimal(failing, SimNode::sound);
    }

    private static Schedule minimal(Schedule failing, Simulation.Members members) {
        return new Schedule(
                failing.nodes(),
                DeltaDebugging.minimal(
                        failing.steps(),
                        steps -> Simulation.run(new Schedule(failing.nodes(), steps), members)
                                .failure()
                                .isPresent()));
    }
}
