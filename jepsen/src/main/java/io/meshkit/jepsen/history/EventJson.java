package io.meshkit.jepsen.history;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** One event as one line of JSON. */
final class EventJson {
    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    private EventJson() {}

    static String write(Event event) {
        JsonObject line = new JsonObject();
        line.addProperty("index", event.index());
        line.addProperty("time", event.timeNanos());
        if (event.isOfClient()) {
            line.addProperty("process", Long.parseLong(event.process()));
        } else {
            line.addProperty("process", event.process());
        }
        line.addProperty("type", event.type().id());
        line.addProperty("f", event.f());
        if (event.key() != null) {
            line.addProperty("key", event.key());
        }
        line.add("value", event.value());
        event.details().entrySet().forEach(detail -> line.add(detail.getKey(), detail.getValue()));
        return GSON.toJson(line);
    }

    /** @throws HistoryException if it is not an event */
    static Event read(String text) {
        JsonObject line = parse(text);
        JsonElement key = line.remove("key");
        JsonElement value = line.remove("value");
        return new Event(
                number(line, "index"),
                number(line, "time"),
                string(line, "process"),
                EventType.of(string(line, "type")),
                string(line, "f"),
                key == null || key.isJsonNull() ? null : asString("key", key),
                value == null ? JsonNull.INSTANCE : value,
                line); // what is left of it
    }

    private static JsonObject parse(String text) {
        try {
            if (JsonParser.parseString(text) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonParseException e) {
            throw new HistoryException("not JSON: " + text, e);
        }
        throw new HistoryException("not a JSON object: " + text);
    }

    private static long number(JsonObject line, String name) {
        JsonElement element = line.remove(name);
        try {
            if (element instanceof JsonPrimitive primitive && primitive.isNumber()) {
                return primitive.getAsBigDecimal().longValueExact();
            }
        } catch (ArithmeticException e) {
            throw new HistoryException(name + " must be an integer: " + element, e);
        }
        throw new HistoryException(name + " must be an integer: " + element);
    }

    private static String string(JsonObject line, String name) {
        return asString(name, line.remove(name));
    }

    private static String asString(String name, @Nullable JsonElement element) {
        if (element instanceof JsonPrimitive primitive) {
            return primitive.getAsString();
        }
        throw new HistoryException(name + " must be a string: " + element);
    }
}
