package io.meshkit.jepsen.workload;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.v1.MutationResult;

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

    /** Of a mutation: with its revision, and what it did not do. */
    static Completion of(JsonElement value, MutationResult result) {
        Completion completion = new Completion(EventType.OK, value).with("rev", result.getRevision());
        if (!result.getChanged()) {
            completion.details().addProperty("changed", false);
        }
        if (result.getReplayed()) {
            completion.details().addProperty("replayed", true);
        }
        return completion;
    }

    /** With one more detail. */
    Completion with(String name, long number) {
        details.addProperty(name, number);
        return this;
    }
}
