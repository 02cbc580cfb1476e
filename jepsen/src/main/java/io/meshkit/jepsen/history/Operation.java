package io.meshkit.jepsen.history;

import com.google.gson.JsonElement;
import org.jspecify.annotations.Nullable;

/**
 * An invocation and what became of it.
 *
 * @param index   of the invocation
 * @param value   as in {@link Event}; of a read that answered: what it read
 * @param outcome OK, FAIL or INFO
 * @param call    position of the invocation in the history
 * @param ret     position of the completion, > call; {@link #NEVER} when the outcome is INFO
 */
public record Operation(
        long index,
        String process,
        String f,
        @Nullable String key,
        JsonElement value,
        EventType outcome,
        int call,
        int ret) {

    /** It may take effect at any time after its call, however late. */
    public static final int NEVER = Integer.MAX_VALUE;

    /** For people: {@code #17 p3 write "v1" ok}. */
    @Override
    public String toString() {
        return "#" + index + " p" + process + " " + f + " " + value + " " + outcome.id();
    }
}
