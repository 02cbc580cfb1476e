package io.meshkit.jepsen.generator;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * An operation to be done, as the history will have it.
 *
 * @param details further members of its invocation
 */
public record Op(String f, @Nullable String key, JsonElement value, JsonObject details) {
    public Op(String f, @Nullable String key, JsonElement value) {
        this(f, key, value, new JsonObject());
    }
}
