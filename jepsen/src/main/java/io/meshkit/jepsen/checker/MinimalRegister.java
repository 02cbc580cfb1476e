package io.meshkit.jepsen.checker;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fewest operations of a register that already cannot be explained.
 *
 * <p>Simply leaving operations out would lie: without the write, a read of its value is wrong all by itself. So only
 * what an answer demands is left out. A read that is left out is gone. A mutation that is left out need not have
 * answered any more: it may have taken effect at any time after its call, or never; if nothing that is left saw its
 * value, it is gone too. Whatever explained the whole history still explains what is left, so what cannot be
 * explained now could not be before.
 *
 * @param operations in the order of their calls
 * @param demanded   those whose answers are needed for the contradiction: without any one of them there is none
 */
record MinimalRegister(List<Operation> operations, Set<Long> demanded) {
    private static final Budget PER_TRIAL = new Budget(200_000, 32L << 20);

    boolean isContext(Operation operation) {
        return !demanded.contains(operation.index());
    }

    /** @param ofKey not linearizable */
    static MinimalRegister of(List<Operation> ofKey) {
        List<Operation> answered = ofKey.stream()
                .filter(operation -> operation.outcome() == EventType.OK)
                .toList();
        List<Operation> needed = DeltaDebugging.minimal(answered, demanded -> isImpossible(weakened(ofKey, demanded)));
        List<Operation> shown = new ArrayList<>();
        Set<Long> demandedIndexes = indexes(needed);
        Set<Long> kept = indexes(weakened(ofKey, needed));
        for (Operation operation : ofKey) {
            if (kept.contains(operation.index())) {
                shown.add(operation);
            }
        }
        return new MinimalRegister(shown, demandedIndexes);
    }

    private static boolean isImpossible(List<Operation> operations) {
        return Wgl.check(new Register(), operations, PER_TRIAL).verdict() == Verdict.INVALID;
    }

    private static Set<Long> indexes(List<Operation> operations) {
        Set<Long> indexes = new HashSet<>();
        operations.forEach(operation -> indexes.add(operation.index()));
        return indexes;
    }

    private static List<Operation> weakened(List<Operation> ofKey, List<Operation> demanded) {
        Set<Long> indexes = indexes(demanded);
        List<Operation> left = new ArrayList<>();
        for (Operation operation : ofKey) {
            if (indexes.contains(operation.index())) {
                left.add(operation);
            } else if (operation.outcome() != EventType.FAIL && !operation.f().equals("read")) {
                left.add(unanswered(operation));
            }
        }
        while (removeUnseen(left, indexes)) {
            // What only saw those may be unseen itself now.
        }
        return left;
    }

    private static boolean removeUnseen(List<Operation> left, Set<Long> demanded) {
        Set<JsonElement> seen = new HashSet<>();
        left.forEach(operation -> {
            JsonElement value = seenBy(operation);
            if (value != null) {
                seen.add(value);
            }
        });
        return left.removeIf(operation -> !demanded.contains(operation.index()) && !seen.contains(made(operation)));
    }

    private static @Nullable JsonElement seenBy(Operation operation) {
        return switch (operation.f()) {
            case "read" -> operation.value();
            case "cas" -> pair(operation).get(0);
            default -> null;
        };
    }

    private static JsonElement made(Operation operation) {
        return switch (operation.f()) {
            case "cas" -> pair(operation).get(1);
            case "delete" -> JsonNull.INSTANCE;
            default -> operation.value();
        };
    }

    private static JsonArray pair(Operation operation) {
        return operation.value().getAsJsonArray();
    }

    private static Operation unanswered(Operation operation) {
        return new Operation(
                operation.index(),
                operation.process(),
                operation.f(),
                operation.key(),
                operation.value(),
                EventType.INFO,
                operation.call(),
                Operation.NEVER);
    }
}
