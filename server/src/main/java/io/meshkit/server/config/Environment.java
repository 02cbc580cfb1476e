package io.meshkit.server.config;

import io.omnirelay.transport.json.Suggestions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings from {@code OMNIRELAY_*} variables.
 *
 * <p>The command line tool has variables of the same prefix, so an unknown one is an error only when its
 * first word is a section of the server's configuration.
 */
final class Environment {
    static final String PREFIX = "OMNIRELAY_";
    private static final Pattern ELEMENT = Pattern.compile("OMNIRELAY_([A-Z_]+)_(\\d{1,3})_(.+)");

    private Environment() {}

    static Map<String, Raw> read(Map<String, String> environment, List<String> problems) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (Setting setting : Settings.ALL) {
            keys.put(setting.environmentName(), setting.key());
        }
        Map<String, Raw> values = new LinkedHashMap<>();
        new TreeMap<>(environment).forEach((name, text) -> {
            if (!name.startsWith(PREFIX)) {
                return;
            }
            Optional<String> key = key(name, keys);
            if (key.isPresent()) {
                values.put(key.get(), new Raw(text, name));
            } else if (startsWithSection(name)) {
                String hint = Suggestions.closest(name, keys.keySet())
                        .map(s -> "; did you mean " + s + "?")
                        .orElse("");
                problems.add(name + ": no such setting" + hint);
            }
        });
        return values;
    }

    private static Optional<String> key(String name, Map<String, String> keys) {
        Matcher element = ELEMENT.matcher(name);
        if (element.matches()) {
            String any = keys.get(PREFIX + element.group(1) + "[]_" + element.group(3));
            if (any != null) {
                return Optional.of(any.replace("[]", "[" + element.group(2) + "]"));
            }
        }
        return Optional.ofNullable(keys.get(name));
    }

    private static boolean startsWithSection(String name) {
        return Settings.SECTIONS.stream()
                .anyMatch(section ->
                        name.startsWith(PREFIX + section.replace('-', '_').toUpperCase(Locale.ROOT) + "_"));
    }
}
