package io.meshkit.jepsen.history;

import java.util.Locale;

/** What an event says of its operation. */
public enum EventType {
    /** It begins. */
    INVOKE,
    /** It took effect and answered. */
    OK,
    /** It certainly had no effect. */
    FAIL,
    /** Of a client: it may have had effect, may yet, or never. Of the nemesis: something was done. */
    INFO;

    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws HistoryException if there is no such type */
    public static EventType of(String id) {
        for (EventType type : values()) {
            if (type.id().equals(id)) {
                return type;
            }
        }
        throw new HistoryException("type must be invoke, ok, fail or info: " + id);
    }
}
