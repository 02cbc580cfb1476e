package io.meshkit.jepsen.checker;

import com.google.gson.JsonElement;
import io.meshkit.jepsen.history.Event;

/** Events as lines for people. */
final class Shown {
    private static final int VALUE_CHARACTERS_MAX = 160;
    private static final double NANOS_PER_MS = 1e6;

    private Shown() {}

    /** {@code #17 +123.457 ms p3 ok cas ns/a ["v1","v2"] rev=881}. */
    static String event(Event event) {
        StringBuilder line = new StringBuilder();
        line.append('#').append(event.index());
        line.append(String.format(java.util.Locale.ROOT, " +%.3f ms", event.timeNanos() / NANOS_PER_MS));
        line.append(event.isOfClient() ? " p" : " ").append(event.process());
        line.append(' ').append(event.type().id()).append(' ').append(event.f());
        if (event.key() != null) {
            line.append(' ').append(event.key());
        }
        if (!event.value().isJsonNull()) {
            line.append(' ').append(shortened(event.value()));
        }
        event.details()
                .entrySet()
                .forEach(detail ->
                        line.append(' ').append(detail.getKey()).append('=').append(shortened(detail.getValue())));
        return line.toString();
    }

    static String shortened(JsonElement value) {
        String text = value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()
                ? value.getAsString()
                : value.toString();
        return text.length() <= VALUE_CHARACTERS_MAX ? text : text.substring(0, VALUE_CHARACTERS_MAX) + "…";
    }
}
