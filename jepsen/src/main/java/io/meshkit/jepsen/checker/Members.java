package io.meshkit.jepsen.checker;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.meshkit.jepsen.history.HistoryException;
import org.jspecify.annotations.Nullable;

/** Members of JSON objects that people may have written by hand. */
final class Members {
    private Members() {}

    static boolean isNumber(@Nullable JsonElement element) {
        return element != null
                && element.isJsonPrimitive()
                && element.getAsJsonPrimitive().isNumber();
    }

    static boolean isText(@Nullable JsonElement element) {
        return element != null
                && element.isJsonPrimitive()
                && element.getAsJsonPrimitive().isString();
    }

    /** Null if it is no number. */
    static @Nullable Long asNumber(@Nullable JsonElement element) {
        return element != null && isNumber(element) ? (Long) element.getAsLong() : null;
    }

    /** Null if it is no text. */
    static @Nullable String asText(@Nullable JsonElement element) {
        return element != null && isText(element) ? element.getAsString() : null;
    }

    /** @throws HistoryException if it is no number */
    static long number(JsonObject object, String name) {
        Long number = asNumber(object.get(name));
        if (number == null) {
            throw new HistoryException(name + " must be a number in " + object);
        }
        return number;
    }

    /** @throws HistoryException if it is no object */
    static JsonObject object(JsonElement element) {
        if (element instanceof JsonObject object) {
            return object;
        }
        throw new HistoryException("must be an object: " + element);
    }

    /** Empty if it is not there. */
    static String text(JsonObject object, String name) {
        String text = asText(object.get(name));
        return text == null ? "" : text;
    }
}
