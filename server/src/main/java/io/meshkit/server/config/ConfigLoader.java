package io.meshkit.server.config;

import io.omnirelay.transport.json.Suggestions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Puts the sources together: defaults, then the file, then the environment, then flags; the later is the
 * stronger. Reports every problem at once.
 */
public final class ConfigLoader {
    private final List<String> problems = new ArrayList<>();

    private ConfigLoader() {}

    /**
     * @param file        the YAML file
     * @param environment the process's environment
     * @param flags       {@code key=value}, the stronger the later
     * @throws ConfigException if anything is wrong in any source
     */
    public static Effective load(Path file, Map<String, String> environment, List<String> flags)
            throws ConfigException {
        return new ConfigLoader().merge(file, environment, flags, "");
    }

    /**
     * As {@link #load}, for a configuration that need not be complete: a setting that must be given and is not, has
     * the value {@code unset}.
     *
     * @param file null: there is none
     */
    public static Effective loadPartly(@Nullable Path file, Map<String, String> environment, List<String> flags)
            throws ConfigException {
        return new ConfigLoader().merge(file, environment, flags, "unset");
    }

    private Effective merge(@Nullable Path file, Map<String, String> environment, List<String> flags, String unset)
            throws ConfigException {
        Map<String, Raw> given = new LinkedHashMap<>();
        if (file != null) {
            given.putAll(joined(YamlSource.flatten(String.valueOf(file.getFileName()), read(file), problems)));
        }
        given.putAll(Environment.read(environment, problems));
        given.putAll(flags(flags));
        given.forEach(this::check);
        addDefaults(given, unset);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        Path directory = file == null ? null : file.toAbsolutePath().normalize().getParent();
        return new Effective(directory == null ? Path.of("/") : directory, given);
    }

    /** A list of words is one value: the words with commas between them, as flags and variables give it. */
    private static Map<String, Raw> joined(Map<String, Raw> values) {
        Map<String, Raw> joined = new LinkedHashMap<>();
        values.forEach((key, raw) -> {
            String list = key.endsWith("]") ? key.substring(0, key.lastIndexOf('[')) : key;
            joined.merge(list, raw, (before, next) -> new Raw(before.text() + ", " + next.text(), before.origin()));
        });
        return joined;
    }

    private static String read(Path file) throws ConfigException {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new ConfigException(List.of(file + ": no such file"));
        } catch (IOException e) {
            throw new ConfigException(List.of(file + ": cannot be read: " + e.getMessage()));
        }
    }

    private Map<String, Raw> flags(List<String> flags) {
        Map<String, Raw> values = new LinkedHashMap<>();
        for (String flag : flags) {
            int equals = flag.indexOf('=');
            if (equals < 1) {
                problems.add("--set " + flag + ": expected key=value");
            } else {
                values.put(flag.substring(0, equals), new Raw(flag.substring(equals + 1), "--set"));
            }
        }
        return values;
    }

    private void check(String key, Raw raw) {
        Setting setting = Settings.find(key);
        if (setting == null) {
            problems.add(raw.origin() + ": " + key + ": no such setting" + suggestion(key));
            return;
        }
        String problem = setting.problemWith(raw.text());
        if (problem != null) {
            problems.add(raw.origin() + ": " + key + ": '" + raw.text() + "' " + problem);
        }
    }

    private static String suggestion(String key) {
        List<String> keys = Settings.ALL.stream().map(Setting::key).toList();
        return Suggestions.closest(anyIndex(key), keys)
                .map(s -> "; did you mean " + s + "?")
                .orElse("");
    }

    private void addDefaults(Map<String, Raw> values, String unset) {
        TreeSet<String> elements = new TreeSet<>();
        values.keySet().forEach(key -> {
            int end = key.indexOf("].");
            if (end > 0) {
                elements.add(key.substring(0, end + 1));
            }
        });
        for (Setting setting : Settings.ALL) {
            if (!setting.key().contains("[]")) {
                addDefault(values, setting, setting.key(), unset);
                continue;
            }
            String list = setting.key().substring(0, setting.key().indexOf("[]"));
            elements.stream()
                    .filter(element -> anyIndex(element).equals(list + "[]"))
                    .forEach(
                            element -> addDefault(values, setting, setting.key().replace(list + "[]", element), unset));
        }
    }

    private void addDefault(Map<String, Raw> values, Setting setting, String key, String unset) {
        if (values.containsKey(key)) {
            return;
        }
        if (setting.standard() == null && !unset.isEmpty() && !key.startsWith("transport-policy.")) {
            values.put(key, new Raw(unset, "not given"));
        } else if (setting.standard() == null) {
            problems.add(key + ": must be given. " + setting.meaning());
        } else {
            values.put(key, new Raw(setting.standard(), "default"));
        }
    }

    /** {@code members[2].host} → {@code members[].host}. */
    static String anyIndex(String key) {
        return key.replaceAll("\\[\\d+]", "[]");
    }
}
