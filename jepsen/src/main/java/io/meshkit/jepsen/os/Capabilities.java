package io.meshkit.jepsen.os;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this machine can do, as {@link Probe} found by trying it.
 *
 * @param missing why not, by capability; what is not in it is there
 */
public record Capabilities(Map<Capability, String> missing) {
    public Capabilities {
        Map<Capability, String> sorted = new EnumMap<>(Capability.class);
        sorted.putAll(missing);
        missing = sorted;
    }

    public boolean has(Capability capability) {
        return !missing.containsKey(capability);
    }

    /** Why the first of these that is missing is, or null if all are there. */
    public @Nullable String whyNot(Set<Capability> needed) {
        for (Capability capability : needed) {
            String why = missing.get(capability);
            if (why != null) {
                return capability.id() + ": " + why;
            }
        }
        return null;
    }

    /** For people, one line each. */
    public String toTable() {
        StringBuilder table = new StringBuilder();
        for (Capability capability : Capability.values()) {
            String why = missing.get(capability);
            table.append(String.format(
                    java.util.Locale.ROOT,
                    "  %-11s %-4s %s%n",
                    capability.id(),
                    why == null ? "yes" : "no",
                    why == null ? capability.what() : why));
        }
        return table.toString();
    }
}
