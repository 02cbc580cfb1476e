package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Is there an order of the operations of one key that respects real time and that the model can explain?
 *
 * <p>The search of Wing and Gong with Lowe's improvements: walk the calls and returns in real-time order; any
 * call before the first return may come next. If the model accepts it, lift it out of the list and start again;
 * at a return whose call is not lifted yet, undo the last choice. Never try twice to go on from the same set of
 * lifted operations in the same state.
 *
 * <p>An operation of unknown outcome has no return: it may come anywhere after its call, or nowhere.
 *
 * <p>Thread: one. Source: G. Lowe, Testing for linearizability, 2017.
 */
final class Wgl<S> {
    /** Headers, references and the table slot of one remembered configuration, roughly. */
    private static final long CONFIGURATION_BYTES = 112;

    private record Lifted<S>(Entry call, S stateBefore) {}

    private final Model<S> model;
    private final Budget budget;
    private final List<Operation> operations;
    private final Entry head;
    private final OperationSet lifted;
    private final Deque<Lifted<S>> choices = new ArrayDeque<>();
    private final Set<Configuration> seen = new HashSet<>();
    private final long configurationBytes;
    private List<Operation> longest = List.of();
    private @Nullable Operation stuckAt;
    private long steps;

    private Wgl(Model<S> model, List<Operation> operations, Budget budget) {
        this.model = model;
        this.budget = budget;
        this.operations = operations;
        this.head = Entry.list(operations);
        this.lifted = new OperationSet(operations.size());
        this.configurationBytes = CONFIGURATION_BYTES + lifted.sizeBytes();
    }

    /** @param all of one key, of any outcome; all known to the model */
    static <S> Linearization check(Model<S> model, List<Operation> all, Budget budget) {
        List<Operation> relevant = new ArrayList<>();
        for (Operation operation : all) {
            boolean hadEffect = operation.outcome() == EventType.OK;
            boolean mayHaveHad = operation.outcome() == EventType.INFO && model.changes(operation);
            if (hadEffect || mayHaveHad) {
                relevant.add(operation);
            }
        }
        return new Wgl<>(model, relevant, budget).search();
    }

    private Linearization search() {
        long required = operations.stream()
                .filter(each -> each.ret() != Operation.NEVER)
                .count();
        S state = model.initial();
        Entry entry = head.next;
        while (required > 0) {
            if (entry == null) {
                throw new IllegalStateException("a required operation has no return in the list");
            }
            if (entry.isCall()) {
                if (isOverBudget()) {
                    return result(Verdict.UNKNOWN, "the budget ran out after " + steps + " steps");
                }
                S next = tried(state, entry);
                if (next == null) {
                    entry = entry.next;
                    continue;
                }
                choices.push(new Lifted<>(entry, state));
                required -= entry.isRequired() ? 1 : 0;
                entry.lift();
                state = next;
                entry = head.next;
            } else {
                rememberLongest(entry);
                Lifted<S> choice = choices.poll();
                if (choice == null) {
                    return result(Verdict.INVALID, "no order explains it");
                }
                lifted.remove(choice.call.id);
                choice.call.unlift();
                required += choice.call.isRequired() ? 1 : 0;
                state = choice.stateBefore;
                entry = choice.call.next;
            }
        }
        longest = order();
        return result(Verdict.VALID, operations.size() + " operations have an order");
    }

    /** The state after the operation, if the model allows it and nobody has been there; it is then lifted. */
    private @Nullable S tried(S state, Entry call) {
        steps++;
        S next = model.step(state, operations.get(call.id));
        if (next == null) {
            return null;
        }
        lifted.add(call.id);
        if (seen.add(new Configuration(lifted.copy(), next))) {
            return next;
        }
        lifted.remove(call.id);
        return null;
    }

    private boolean isOverBudget() {
        return steps >= budget.stepsMax() || seen.size() * configurationBytes >= budget.cacheBytesMax();
    }

    private void rememberLongest(Entry unexplained) {
        if (stuckAt == null || choices.size() > longest.size()) {
            longest = order();
            stuckAt = operations.get(unexplained.id);
        }
    }

    private List<Operation> order() {
        List<Operation> order = new ArrayList<>();
        choices.descendingIterator().forEachRemaining(choice -> order.add(operations.get(choice.call.id)));
        return order;
    }

    private Linearization result(Verdict verdict, String reason) {
        return new Linearization(verdict, reason, longest, verdict == Verdict.INVALID ? stuckAt : null, steps);
    }

    /** Where the search has been. */
    private record Configuration(OperationSet lifted, Object state) {}
}
