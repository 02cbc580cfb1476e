package io.meshkit.jepsen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A command's arguments: {@code --name value} or {@code --name=value}, and the rest in order.
 *
 * @param rest what is no option
 */
record Arguments(Map<String, String> options, List<String> rest) {
    /** Null if an option is not among the known or has no value. */
    static @Nullable Arguments parse(String[] args, String... known) {
        Map<String, String> options = new TreeMap<>();
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                rest.add(args[i]);
                continue;
            }
            String name = args[i].substring(2);
            String value;
            int equals = name.indexOf('=');
            if (equals >= 0) {
                value = name.substring(equals + 1);
                name = name.substring(0, equals);
            } else if (i + 1 < args.length) {
                value = args[++i];
            } else {
                return null;
            }
            if (!List.of(known).contains(name)) {
                return null;
            }
            options.put(name, value);
        }
        return new Arguments(options, List.copyOf(rest));
    }

    String get(String option, String otherwise) {
        return options.getOrDefault(option, otherwise);
    }
}
