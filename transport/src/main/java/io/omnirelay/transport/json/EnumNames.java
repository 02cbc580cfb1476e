package io.omnirelay.transport.json;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The short names of an enum's values: without the type's prefix, lower case, words joined by hyphens. */
public final class EnumNames {
    private static final Map<EnumDescriptor, EnumNames> CACHE = new ConcurrentHashMap<>();

    private final Map<Integer, String> labels = new HashMap<>();
    private final Map<String, EnumValueDescriptor> byKey = new HashMap<>();
    private final List<String> choices = new ArrayList<>();

    private EnumNames(EnumDescriptor type) {
        String prefix = prefix(type);
        for (EnumValueDescriptor value : type.getValues()) {
            String label =
                    shorten(value.getName(), prefix).toLowerCase(Locale.ROOT).replace('_', '-');
            if (labels.putIfAbsent(value.getNumber(), label) == null) {
                choices.add(label);
            }
        }
        // Full names first: they are unique, so a short name can never hide one.
        for (EnumValueDescriptor value : type.getValues()) {
            byKey.putIfAbsent(key(value.getName()), value);
        }
        for (EnumValueDescriptor value : type.getValues()) {
            byKey.putIfAbsent(key(shorten(value.getName(), prefix)), value);
        }
    }

    /** The names of a type; computed once. */
    public static EnumNames of(EnumDescriptor type) {
        return CACHE.computeIfAbsent(type, EnumNames::new);
    }

    /** The short name of a number, or null if the type has no such value. */
    public @Nullable String label(int number) {
        return labels.get(number);
    }

    /** The value of a full or short name, case and word separators ignored; null if there is none. */
    public @Nullable EnumValueDescriptor find(String name) {
        return byKey.get(key(name));
    }

    /** All short names, in order of declaration. */
    public List<String> choices() {
        return List.copyOf(choices);
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    private static String prefix(EnumDescriptor type) {
        String prefix = type.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT) + "_";
        boolean all = type.getValues().stream()
                .allMatch(value -> value.getName().startsWith(prefix)
                        && value.getName().length() > prefix.length()
                        // A name that starts with a digit would read like a number.
                        && !Character.isDigit(value.getName().charAt(prefix.length())));
        return all ? prefix : "";
    }

    private static String shorten(String name, String prefix) {
        return name.substring(prefix.length());
    }
}
