package io.meshkit.jepsen.history;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One line of a history.
 *
 * @param index     grows from line to line
 * @param timeNanos of one monotonic clock; never falls
 * @param process   the client's number, or a name such as {@code nemesis}
 * @param f         read, write, cas, delete, …; a completion repeats that of its invocation
 * @param key       what it was done to; null where that makes no sense; a completion repeats it
 * @param value     what is written, or was read; a cas has [old, new]; JSON null is absence
 * @param details   further members, such as node, rev and term; kept, not interpreted
 */
public record Event(
        long index,
        long timeNanos,
        String process,
        EventType type,
        String f,
        @Nullable String key,
        JsonElement value,
        JsonObject details) {

    /** The detail that names the workload of an operation, in a history of several. */
    public static final String WORKLOAD = "workload";

    /** An event without details. */
    public Event(
            long index,
            long timeNanos,
            String process,
            EventType type,
            String f,
            @Nullable String key,
            @Nullable JsonElement value) {
        this(index, timeNanos, process, type, f, key, value == null ? JsonNull.INSTANCE : value, new JsonObject());
    }

    /** Whether it is of that workload, or does not say of which. */
    public boolean isOf(String workload) {
        JsonElement named = details.get(WORKLOAD);
        return named == null || (named.isJsonPrimitive() && named.getAsString().equals(workload));
    }

    /** Whether a client did it, and not the nemesis. */
    public boolean isOfClient() {
        return !process.isEmpty() && process.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
