package io.meshkit.jepsen.nemesis;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** A simple injection: what it hits, and how to end it. */
final class Evidence {
    private Evidence() {}

    /** Ends a fault and says how it showed. */
    @FunctionalInterface
    interface Healer {
        SequencedMap<String, Long> heal() throws IOException, InterruptedException;
    }

    static Injection injection(String target, Healer healer) {
        return injection(target, new JsonPrimitive(target), healer);
    }

    static Injection injection(String target, JsonElement value, Healer healer) {
        return new Injection() {
            @Override
            public String target() {
                return target;
            }

            @Override
            public JsonElement value() {
                return value;
            }

            @Override
            public SequencedMap<String, Long> heal() throws IOException, InterruptedException {
                return healer.heal();
            }
        };
    }

    static SequencedMap<String, Long> of(String counter, long count) {
        SequencedMap<String, Long> evidence = new LinkedHashMap<>();
        evidence.put(counter, count);
        return evidence;
    }
}
