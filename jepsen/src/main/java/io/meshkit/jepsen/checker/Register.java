package io.meshkit.jepsen.checker;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.Operation;
import org.jspecify.annotations.Nullable;

/**
 * One value, or none: read, write v, cas [old, new], delete. JSON null is "none", also as old or new of a cas.
 *
 * <p>A cas that answered ok found its old value; one that found another is a fail, without effect. A delete of
 * nothing is ok.
 */
public final class Register implements Model<JsonElement> {
    private static final int CAS_VALUES = 2; // old, new

    @Override
    public JsonElement initial() {
        return JsonNull.INSTANCE;
    }

    @Override
    public boolean knows(Operation operation) {
        return switch (operation.f()) {
            case "read", "write", "delete" -> true;
            case "cas" -> operation.value() instanceof JsonArray values && values.size() == CAS_VALUES;
            default -> false;
        };
    }

    @Override
    public boolean changes(Operation operation) {
        return !operation.f().equals("read");
    }

    @Override
    public @Nullable JsonElement step(JsonElement state, Operation operation) {
        return switch (operation.f()) {
            case "read" -> operation.outcome() != EventType.OK || state.equals(operation.value()) ? state : null;
            case "write" -> operation.value();
            case "delete" -> JsonNull.INSTANCE;
            case "cas" -> {
                JsonArray values = operation.value().getAsJsonArray();
                yield state.equals(values.get(0)) ? values.get(1) : null;
            }
            default -> throw new IllegalArgumentException("not an operation of a register: " + operation);
        };
    }
}
