package io.meshkit.server.config;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One property of the configuration and all that is to be known of it.
 *
 * @param key      dotted path in the file; {@code []} stands for any index of a list
 * @param type     how its text is read
 * @param unit     of a number, else empty
 * @param standard the value when no source names one; null: the property must be given
 * @param min      of a number, inclusive
 * @param max      of a number, inclusive
 * @param choices  of a CHOICE, else empty
 * @param zero     what 0 means; empty: nothing special
 * @param hazard   what goes wrong when it is set badly; empty: nothing known
 * @param meaning  what it does
 */
public record Setting(
        String key,
        Type type,
        String unit,
        @Nullable String standard,
        long min,
        long max,
        List<String> choices,
        String zero,
        String hazard,
        String meaning) {

    /** How the text of a value is read. */
    public enum Type {
        TEXT,
        NUMBER,
        /** {@code true} or {@code false}. */
        SWITCH,
        /** One of {@link Setting#choices}. */
        CHOICE,
        /** A file or directory; a relative one starts at the directory of the configuration file. */
        PATH
    }

    static Setting text(String key, @Nullable String standard, String meaning) {
        return new Setting(key, Type.TEXT, "", standard, 0, 0, List.of(), "", "", meaning);
    }

    static Setting path(String key, @Nullable String standard, String meaning) {
        return new Setting(key, Type.PATH, "", standard, 0, 0, List.of(), "", "", meaning);
    }

    static Setting choice(String key, String standard, List<String> choices, String meaning) {
        return new Setting(key, Type.CHOICE, "", standard, 0, 0, choices, "", "", meaning);
    }

    static Setting toggle(String key, boolean standard, String meaning) {
        return new Setting(key, Type.SWITCH, "", Boolean.toString(standard), 0, 0, List.of(), "", "", meaning);
    }

    static Setting number(String key, String unit, long standard, long min, long max, String meaning) {
        return new Setting(key, Type.NUMBER, unit, Long.toString(standard), min, max, List.of(), "", "", meaning);
    }

    static Setting port(String key, @Nullable Integer standard, String meaning) {
        String text = standard == null ? null : standard.toString();
        return new Setting(key, Type.NUMBER, "port", text, 1, 65_535, List.of(), "", "", meaning);
    }

    Setting zero(String whatZeroMeans) {
        return new Setting(key, type, unit, standard, min, max, choices, whatZeroMeans, hazard, meaning);
    }

    Setting hazard(String whatGoesWrong) {
        return new Setting(key, type, unit, standard, min, max, choices, zero, whatGoesWrong, meaning);
    }

    /** The environment variable that sets it, for example {@code OMNIRELAY_LISTEN_HTTPS_PORT}. */
    public String environmentName() {
        return Environment.PREFIX + key.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }

    /**
     * Why the text is no value of this setting, or null when it is one.
     */
    @Nullable
    String problemWith(String text) {
        return switch (type) {
            case TEXT, PATH -> text.isBlank() ? "must not be empty" : null;
            case SWITCH -> text.equals("true") || text.equals("false") ? null : "is neither true nor false";
            case CHOICE -> choices.contains(text) ? null : "is none of " + String.join(", ", choices);
            case NUMBER -> problemWithNumber(text);
        };
    }

    private @Nullable String problemWithNumber(String text) {
        long value;
        try {
            value = Long.parseLong(text.replace("_", ""));
        } catch (NumberFormatException e) {
            return "is not a whole number" + (unit.isEmpty() ? "" : " of " + unit);
        }
        return value >= min && value <= max ? null : "is not within " + min + " and " + max + " (" + unit + ")";
    }
}
