package io.meshkit.jepsen.checker;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A second opinion that shares nothing with the first: which of the unknown operations took effect, then every
 * permutation, then whether it respects real time, then whether a plain variable would have answered so.
 */
final class BruteForce {
    private BruteForce() {}

    static boolean isLinearizable(List<Operation> operations) {
        List<Operation> certain = new ArrayList<>();
        List<Operation> uncertain = new ArrayList<>();
        for (Operation operation : operations) {
            switch (operation.outcome()) {
                case OK -> certain.add(operation);
                case INFO -> uncertain.add(operation);
                default -> {}
            }
        }
        for (int choice = 0; choice < 1 << uncertain.size(); choice++) {
            List<Operation> chosen = new ArrayList<>(certain);
            for (int i = 0; i < uncertain.size(); i++) {
                if ((choice >> i & 1) == 1) {
                    chosen.add(uncertain.get(i));
                }
            }
            if (anyOrder(chosen, 0)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyOrder(List<Operation> order, int fixed) {
        if (fixed == order.size()) {
            return respectsRealTime(order) && isExplained(order);
        }
        for (int i = fixed; i < order.size(); i++) {
            Collections.swap(order, fixed, i);
            boolean found = anyOrder(order, fixed + 1);
            Collections.swap(order, fixed, i);
            if (found) {
                return true;
            }
        }
        return false;
    }

    private static boolean respectsRealTime(List<Operation> order) {
        for (int i = 0; i < order.size(); i++) {
            for (int j = i + 1; j < order.size(); j++) {
                if (order.get(j).ret() < order.get(i).call()) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isExplained(List<Operation> order) {
        JsonElement variable = JsonNull.INSTANCE;
        for (Operation operation : order) {
            boolean isKnown = operation.outcome() == EventType.OK;
            switch (operation.f()) {
                case "write" -> variable = operation.value();
                case "delete" -> variable = JsonNull.INSTANCE;
                case "read" -> {
                    if (isKnown && !operation.value().equals(variable)) {
                        return false;
                    }
                }
                case "cas" -> {
                    if (operation.value().getAsJsonArray().get(0).equals(variable)) {
                        variable = operation.value().getAsJsonArray().get(1);
                    } else if (isKnown) {
                        return false;
                    }
                }
                default -> throw new IllegalArgumentException(operation.f());
            }
        }
        return true;
    }
}
