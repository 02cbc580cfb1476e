package io.meshkit.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The values in force, each checked against its setting, with its origin.
 *
 * <p>Reading one that does not exist is a bug of this program, not of the configuration.
 */
public final class Effective {
    private final Path directory;
    private final TreeMap<String, Raw> values;

    Effective(Path directory, Map<String, Raw> values) {
        this.directory = directory;
        this.values = new TreeMap<>(values);
    }

    String text(String key) {
        return raw(key).text();
    }

    int port(String key) {
        return (int) number(key);
    }

    long number(String key) {
        return Long.parseLong(text(key).replace("_", ""));
    }

    boolean on(String key) {
        return Boolean.parseBoolean(text(key));
    }

    /** Absolute. */
    Path path(String key) {
        return directory.resolve(text(key)).normalize();
    }

    /** How many elements the list has. */
    int count(String list) {
        int count = 0;
        while (startsAt(list + "[" + count + "].")) {
            count++;
        }
        return count;
    }

    private boolean startsAt(String prefix) {
        String next = values.ceilingKey(prefix);
        return next != null && next.startsWith(prefix);
    }

    private Raw raw(String key) {
        return Objects.requireNonNull(values.get(key), key);
    }

    /** Every value as {@code key: value  # origin}, in the order of the table of settings. */
    public String print() {
        StringBuilder out = new StringBuilder();
        for (Setting setting : Settings.ALL) {
            for (String key : keysOf(setting)) {
                Raw raw = values.get(key);
                if (raw != null) {
                    out.append(String.format(Locale.ROOT, "%-58s # %s%n", key + ": " + raw.text(), raw.origin()));
                }
            }
        }
        return out.toString();
    }

    private List<String> keysOf(Setting setting) {
        if (!setting.key().contains("[]")) {
            return List.of(setting.key());
        }
        return values.keySet().stream()
                .filter(key -> ConfigLoader.anyIndex(key).equals(setting.key()))
                .toList();
    }
}
