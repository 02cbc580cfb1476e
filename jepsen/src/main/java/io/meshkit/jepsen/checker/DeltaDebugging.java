package io.meshkit.jepsen.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Makes a failing list small: takes out ever smaller pieces as long as what is left still fails.
 *
 * <p>Source: A. Zeller, R. Hildebrandt, Simplifying and isolating failure-inducing input, 2002.
 */
public final class DeltaDebugging {
    private DeltaDebugging() {}

    /**
     * A sublist that fails, and that does not any more without any single one of its elements.
     *
     * @param failing of it, {@code fails} is true
     * @param fails   always says the same of the same list; is asked O(n²) times at worst
     */
    public static <T> List<T> minimal(List<T> failing, Predicate<List<T>> fails) {
        List<T> smallest = List.copyOf(failing);
        int piece = Math.max(1, smallest.size() / 2);
        while (true) {
            boolean shrunk = false;
            for (int from = 0; from < smallest.size(); ) {
                List<T> without = new ArrayList<>(smallest.subList(0, from));
                without.addAll(smallest.subList(Math.min(from + piece, smallest.size()), smallest.size()));
                if (fails.test(without)) {
                    smallest = List.copyOf(without);
                    shrunk = true;
                } else {
                    from += piece;
                }
            }
            if (piece > 1) {
                piece = Math.max(1, piece / 2);
            } else if (!shrunk) {
                return smallest;
            }
        }
    }
}
