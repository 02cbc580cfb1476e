package io.meshkit.jepsen.history;

import com.google.gson.JsonElement;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was done, in order.
 *
 * @param events with index and time in order
 */
public record History(List<Event> events) {
    /** @throws HistoryException if indexes do not grow or times fall */
    public History {
        events = List.copyOf(events);
        Event last = null;
        for (Event event : events) {
            if (last != null && event.index() <= last.index()) {
                throw new HistoryException("index " + event.index() + " comes after " + last.index());
            }
            if (last != null && event.timeNanos() < last.timeNanos()) {
                throw new HistoryException("time falls at index " + event.index());
            }
            last = event;
        }
    }

    /**
     * Reads JSON lines.
     *
     * @throws HistoryException naming the line, if one is not an event or out of order
     */
    public static History read(Path file) throws IOException {
        List<Event> events = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                events.add(EventJson.read(line));
            }
        } catch (HistoryException | MalformedInputException e) {
            throw new HistoryException(file + " line " + (events.size() + 1) + ": " + e.getMessage(), e);
        }
        return new History(events);
    }

    /** Writes JSON lines, which {@link #read} reads; replaces the file. */
    public void write(Path file) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (Event event : events) {
                writer.write(EventJson.write(event));
                writer.write('\n');
            }
        }
    }

    /** The same without the operations of other workloads. What is not of a client stays: it concerns all. */
    public History of(String workload) {
        return new History(events.stream()
                .filter(event -> !event.isOfClient() || event.isOf(workload))
                .toList());
    }

    /**
     * The clients' operations, in the order of their invocations. What never completed is of unknown outcome.
     *
     * @throws HistoryException if a process does two things at once, or goes on after an unknown outcome
     */
    public List<Operation> operations() {
        List<@Nullable Operation> operations = new ArrayList<>();
        Map<String, Pending> pending = new LinkedHashMap<>();
        for (int position = 0; position < events.size(); position++) {
            Event event = events.get(position);
            if (!event.isOfClient()) {
                continue;
            }
            if (event.type() == EventType.INVOKE) {
                Pending invoked = new Pending(event, position, operations.size());
                if (pending.putIfAbsent(event.process(), invoked) != null) {
                    throw new HistoryException("process " + event.process() + " at index " + event.index()
                            + " begins while another of its operations is pending or of unknown outcome");
                }
                operations.add(null); // keeps the place
            } else {
                Pending invoked = completed(pending.get(event.process()), event);
                operations.set(invoked.place, operation(invoked, event, position));
                if (event.type() == EventType.INFO) {
                    pending.put(event.process(), invoked.retired());
                } else {
                    pending.remove(event.process());
                }
            }
        }
        for (Pending invoked : pending.values()) {
            if (operations.get(invoked.place) == null) {
                operations.set(invoked.place, operation(invoked, null, Operation.NEVER));
            }
        }
        return List.copyOf(operations);
    }

    /** @param isRetired it ended in an unknown outcome: its process may do nothing any more */
    private record Pending(Event event, int position, int place, boolean isRetired) {
        Pending(Event event, int position, int place) {
            this(event, position, place, false);
        }

        Pending retired() {
            return new Pending(event, position, place, true);
        }
    }

    private static Pending completed(@Nullable Pending invoked, Event event) {
        if (invoked == null || invoked.isRetired) {
            throw new HistoryException("index " + event.index() + " completes nothing");
        }
        Event begun = invoked.event;
        if (!begun.f().equals(event.f()) || !Objects.equals(begun.key(), event.key())) {
            throw new HistoryException("index " + event.index() + " is of another operation than index " + begun.index()
                    + ", which it should complete");
        }
        return invoked;
    }

    private static Operation operation(Pending invoked, @Nullable Event completion, int position) {
        EventType outcome = completion == null ? EventType.INFO : completion.type();
        // A read learns its value only from its completion.
        JsonElement value = completion != null && outcome == EventType.OK ? completion.value() : invoked.event.value();
        return new Operation(
                invoked.event.index(),
                invoked.event.process(),
                invoked.event.f(),
                invoked.event.key(),
                value,
                outcome,
                invoked.position,
                outcome == EventType.INFO ? Operation.NEVER : position);
    }
}
