package io.omnirelay.transport.policy;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The last downgrades and refusals, for people who look for their cause.
 *
 * <p>Calls of one kind within {@link #GATHER_MS} make one event, so that a busy caller does not push out everybody
 * else; the event that follows says how many it stands for. Bounded by {@link #EVENTS_MAX} events, and by the number of
 * kinds: endpoint, way, reason. Thread: any number.
 */
public final class DowngradeLog {
    /** Events that are kept; the oldest goes first. */
    public static final int EVENTS_MAX = 1_024;

    /** Calls of one kind within so long make one event. */
    public static final long GATHER_MS = 10_000;

    private final LongSupplier clockMs;
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private final Map<Kind, Gathered> kinds = new HashMap<>();
    private long lastId;

    private record Kind(String endpoint, Way way, String reason, boolean refused) {}

    private static final class Gathered {
        private long sinceMs;
        private long calls;
    }

    /**
     * One event.
     *
     * @param id      ≥ 1, one more than the event before
     * @param timeMs  Unix ms
     * @param reason  one of {@link io.omnirelay.transport.DowngradeHeader#all()}
     * @param refused the policy refused the call
     * @param remote  who made the call that the event tells of
     * @param calls   ≥ 1: this one, and those of its kind since the event before
     */
    public record Event(
            long id,
            long timeMs,
            String endpoint,
            Way way,
            String reason,
            boolean refused,
            String remote,
            long calls) {}

    /** @param clockMs Unix ms */
    public DowngradeLog(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    synchronized void add(String endpoint, Way way, String reason, boolean refused, String remote) {
        long now = clockMs.getAsLong();
        Gathered gathered = kinds.computeIfAbsent(new Kind(endpoint, way, reason, refused), kind -> new Gathered());
        gathered.calls++;
        if (gathered.sinceMs != 0 && now - gathered.sinceMs < GATHER_MS) {
            return;
        }
        events.addLast(new Event(++lastId, now, endpoint, way, reason, refused, remote, gathered.calls));
        gathered.sinceMs = now;
        gathered.calls = 0;
        if (events.size() > EVENTS_MAX) {
            events.removeFirst();
        }
    }

    /** The events with a greater id, the oldest first, at most {@code max}. */
    public synchronized List<Event> after(long id, int max) {
        return events.stream().filter(event -> event.id() > id).limit(max).toList();
    }

    /** The id of the last event; 0: there was none. */
    public synchronized long lastId() {
        return lastId;
    }
}
