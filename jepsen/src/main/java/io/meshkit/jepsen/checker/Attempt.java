package io.meshkit.jepsen.checker;

import com.google.gson.JsonElement;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation with both of its events, for checkers that read their details.
 *
 * @param invoke     its invocation
 * @param completion null if its outcome is unknown
 */
record Attempt(Operation operation, Event invoke, @Nullable Event completion) {
    static List<Attempt> of(History history) {
        List<Attempt> attempts = new ArrayList<>();
        for (Operation operation : history.operations()) {
            Event completion =
                    operation.ret() == Operation.NEVER ? null : history.events().get(operation.ret());
            attempts.add(new Attempt(operation, history.events().get(operation.call()), completion));
        }
        return attempts;
    }

    String f() {
        return operation.f();
    }

    String key() {
        return operation.key() == null ? "" : operation.key();
    }

    boolean isOk() {
        return operation.outcome() == EventType.OK;
    }

    boolean isFail() {
        return operation.outcome() == EventType.FAIL;
    }

    /** Whether it had returned when the other one began. */
    boolean precedes(Attempt other) {
        return operation.ret() < other.operation.call();
    }

    /** What it was given. */
    JsonElement asked() {
        return invoke.value();
    }

    /** Of its completion if that has it, else of its invocation; null if neither has it. */
    @Nullable
    JsonElement detail(String name) {
        JsonElement answered = completion == null ? null : completion.details().get(name);
        return answered != null ? answered : invoke.details().get(name);
    }

    @Nullable
    Long number(String name) {
        return Members.asNumber(detail(name));
    }

    @Nullable
    String text(String name) {
        return Members.asText(detail(name));
    }

    /** Answered, and did not say that nothing changed. */
    boolean isOkWithChange() {
        JsonElement changed = detail("changed");
        return isOk() && !(changed != null && changed.isJsonPrimitive() && !changed.getAsBoolean());
    }

    /** Its events, or the one that there is. */
    List<Event> events() {
        return completion == null ? List.of(invoke) : List.of(invoke, completion);
    }

    /** The events of several, in order. */
    static List<Event> events(Attempt... attempts) {
        return List.of(attempts).stream()
                .flatMap(attempt -> attempt.events().stream())
                .distinct()
                .sorted(java.util.Comparator.comparingLong(Event::index))
                .toList();
    }
}
