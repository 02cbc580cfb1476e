package io.meshkit.jepsen.workload;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.meshkit.jepsen.history.EventType;

/**
 * How an operation ended.
 *
 * @param value   what was read; else that of the invocation
 * @param details further members of the completion
 */
public record Completion(EventType type, JsonElement value, JsonObject details) {
    public Completion(EventType type, JsonElement value) {
        this(type, value, new JsonObject());
    }

    /** With one more detail. */
    Completion with(String name, long number) {
        details.addProperty(name, number);
        return this;
    }
}
