package io.meshkit.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Writes JSON as YAML for people: on one line what fits, without quotes what needs none. Thread: one. */
final class YamlWriter {
    /** What reads as a string both in YAML 1.1 and 1.2, and within flow collections. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9._/-]*");

    private static final Set<String> NOT_STRINGS = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private final StringBuilder out;
    private final int width;

    /** @param width how many columns a collection may take and still be written on one line */
    YamlWriter(StringBuilder out, int width) {
        this.out = out;
        this.width = width;
    }

    /** Writes {@code key:} and the items as a list under it. */
    void list(String key, Iterable<? extends JsonElement> items) {
        out.append(key).append(":\n");
        for (JsonElement item : items) {
            item(item, 2);
        }
    }

    private void item(JsonElement item, int indent) {
        String line = inline(item);
        if (!item.isJsonObject() || fits(line, indent + 2)) {
            out.repeat(' ', indent).append("- ").append(line).append('\n');
            return;
        }
        int start = out.length();
        object(item.getAsJsonObject(), indent + 2);
        out.replace(start + indent, start + indent + 2, "- ");
    }

    private void object(JsonObject object, int indent) {
        for (Map.Entry<String, JsonElement> member : object.entrySet()) {
            String key = scalar(member.getKey());
            JsonElement value = member.getValue();
            String line = inline(value);
            out.repeat(' ', indent).append(key).append(':');
            if (value.isJsonPrimitive() || fits(line, indent + key.length() + 2)) {
                out.append(' ').append(line).append('\n');
            } else if (value instanceof JsonArray array) {
                out.append('\n');
                array.forEach(item -> item(item, indent + 2));
            } else {
                out.append('\n');
                object(value.getAsJsonObject(), indent + 2);
            }
        }
    }

    private boolean fits(String line, int column) {
        return column + line.length() <= width;
    }

    private static String inline(JsonElement element) {
        return switch (element) {
            case JsonObject object ->
                object.entrySet().stream()
                        .map(member -> scalar(member.getKey()) + ": " + inline(member.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case JsonArray array ->
                StreamSupport.stream(array.spliterator(), false)
                        .map(YamlWriter::inline)
                        .collect(Collectors.joining(", ", "[", "]"));
            case JsonPrimitive primitive when primitive.isString() -> scalar(primitive.getAsString());
            case JsonPrimitive primitive when primitive.isNumber() -> number(primitive.getAsBigDecimal());
            default -> element.toString();
        };
    }

    /** JSON has no integers of its own: 2.0 is written 2. */
    private static String number(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private static String scalar(String text) {
        boolean plain = PLAIN.matcher(text).matches() && !NOT_STRINGS.contains(text.toLowerCase(Locale.ROOT));
        // A JSON string is a YAML string.
        return plain ? text : new JsonPrimitive(text).toString();
    }
}
