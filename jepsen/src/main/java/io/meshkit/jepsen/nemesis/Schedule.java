package io.meshkit.jepsen.nemesis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * When which fault comes, as data.
 *
 * @param steps in order of time, one after the other
 */
public record Schedule(List<Step> steps) {
    /**
     * @param nemesis its name
     * @param atMs    after the start of the load
     * @param forMs   until it is healed
     */
    public record Step(String nemesis, long atMs, long forMs) {}

    public Schedule {
        steps = List.copyOf(steps);
    }

    /**
     * Quiet, fault, quiet, fault, …: rounds of all nemeses, each round in another order, as many as there is time
     * for, and quiet at the end.
     *
     * @param quietMs  between two faults, before the first and after the last; > 0
     * @param faultMs  mean time that a fault lasts: between half and one and a half of it
     * @throws IllegalArgumentException if there is no time for each of them once
     */
    public static Schedule of(List<String> nemeses, long limitMs, long quietMs, long faultMs, Random random) {
        List<Step> steps = new ArrayList<>();
        List<String> round = new ArrayList<>();
        long at = quietMs;
        while (!nemeses.isEmpty()) {
            if (round.isEmpty()) {
                round.addAll(nemeses);
                Collections.shuffle(round, random);
            }
            long lasts = faultMs / 2 + random.nextLong(faultMs + 1);
            if (at + lasts + quietMs > limitMs) {
                break;
            }
            steps.add(new Step(round.removeLast(), at, lasts));
            at += lasts + quietMs;
        }
        for (String nemesis : nemeses) {
            if (steps.stream().noneMatch(step -> step.nemesis().equals(nemesis))) {
                throw new IllegalArgumentException("no time for " + nemesis + " in " + limitMs / 1000
                        + " s: allow more time, or less between faults");
            }
        }
        return new Schedule(steps);
    }
}
