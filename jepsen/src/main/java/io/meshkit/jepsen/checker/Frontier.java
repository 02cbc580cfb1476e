package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The second opinion on linearizability: walks through time once, breadth first, and keeps every state in which the
 * key could be, each with the pending operations that must have taken effect to get there.
 *
 * <p>When an operation returns, only those survive in which it has taken effect; where none does, no order exists.
 * Shares neither search order nor data structures with {@link Wgl}; costs more where much is pending.
 *
 * <p>Thread: any number. Source: the just-in-time linearization of G. Lowe, Testing for linearizability, 2017, §4.
 */
final class Frontier {
    private static final long POSSIBILITY_BYTES = 160;

    /** @param done pending operations, by place, that have taken effect */
    private record Possibility<S>(S state, Set<Integer> done) {}

    /** A call (true) or a return of the operation at that place. */
    private record Moment(int position, int place, boolean isCall) {}

    private Frontier() {}

    /** @param all of one key, of any outcome; all known to the model */
    static <S> Verdict check(Model<S> model, List<Operation> all, Budget budget) {
        List<Operation> operations = all.stream()
                .filter(each ->
                        each.outcome() == EventType.OK || (each.outcome() == EventType.INFO && model.changes(each)))
                .toList();
        List<Moment> moments = moments(operations);
        Set<Integer> pending = new LinkedHashSet<>();
        Set<Possibility<S>> frontier = new HashSet<>();
        frontier.add(new Possibility<>(model.initial(), Set.of()));
        long steps = 0;
        for (Moment moment : moments) {
            if (moment.isCall) {
                pending.add(moment.place);
                continue;
            }
            Set<Possibility<S>> reached = new HashSet<>(frontier);
            List<Possibility<S>> open = new ArrayList<>(frontier);
            while (!open.isEmpty()) {
                Possibility<S> here = open.removeLast();
                if (here.done.contains(moment.place)) {
                    continue; // it may wait with the others until they must
                }
                for (int place : pending) {
                    if (here.done.contains(place)) {
                        continue;
                    }
                    steps++;
                    S next = model.step(here.state, operations.get(place));
                    if (next == null) {
                        continue;
                    }
                    Set<Integer> done = new HashSet<>(here.done);
                    done.add(place);
                    Possibility<S> there = new Possibility<>(next, done);
                    if (reached.add(there)) {
                        open.add(there);
                    }
                }
                if (steps >= budget.stepsMax() || reached.size() * POSSIBILITY_BYTES >= budget.cacheBytesMax()) {
                    return Verdict.UNKNOWN;
                }
            }
            pending.remove(moment.place);
            frontier = new HashSet<>();
            for (Possibility<S> each : reached) {
                if (each.done.contains(moment.place)) {
                    Set<Integer> done = new HashSet<>(each.done);
                    done.remove(moment.place);
                    frontier.add(new Possibility<>(each.state, done));
                }
            }
            if (frontier.isEmpty()) {
                return Verdict.INVALID;
            }
        }
        return Verdict.VALID;
    }

    private static List<Moment> moments(List<Operation> operations) {
        List<Moment> moments = new ArrayList<>();
        for (int place = 0; place < operations.size(); place++) {
            Operation operation = operations.get(place);
            moments.add(new Moment(operation.call(), place, true));
            if (operation.ret() != Operation.NEVER) {
                moments.add(new Moment(operation.ret(), place, false));
            }
        }
        moments.sort(Comparator.comparingInt(Moment::position));
        return moments;
    }
}
