package io.omnirelay.transport.openapi;

import com.google.protobuf.Descriptors.EnumDescriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The names of an enum's values in JSON: without the type's prefix, lower case, words joined by hyphens. */
final class EnumNames {
    private final Map<Integer, String> labels = new LinkedHashMap<>();

    private EnumNames(EnumDescriptor type) {
        String prefix = type.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT) + "_";
        // A name that starts with a digit would read like a number.
        boolean shortened = type.getValues().stream()
                .map(value -> value.getName())
                .allMatch(name -> name.startsWith(prefix)
                        && name.length() > prefix.length()
                        && !Character.isDigit(name.charAt(prefix.length())));
        type.getValues().forEach(value -> {
            String name = shortened ? value.getName().substring(prefix.length()) : value.getName();
            labels.putIfAbsent(value.getNumber(), name.toLowerCase(Locale.ROOT).replace('_', '-'));
        });
    }

    static EnumNames of(EnumDescriptor type) {
        return new EnumNames(type);
    }

    /** The name of one of the type's numbers. */
    String label(int number) {
        String label = labels.get(number);
        if (label == null) {
            throw new IllegalArgumentException("The enum has no value " + number);
        }
        return label;
    }

    /** All names, in order of declaration. */
    List<String> choices() {
        return List.copyOf(labels.values());
    }
}
