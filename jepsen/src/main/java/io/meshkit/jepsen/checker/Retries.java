package io.meshkit.jepsen.checker;

import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Attempts under one request id are one operation: it begins with the first attempt, and takes effect once, at any
 * time until one of them is told so. (That it is once is for {@link ExactlyOnce} to judge.)
 */
final class Retries {
    /** Beyond every number that a run gives its processes. */
    private static final long FIRST_PROCESS = 1L << 40;

    private Retries() {}

    /** The history with one operation per request id. */
    static History merged(History history) {
        TreeMap<String, List<Attempt>> requests = new TreeMap<>();
        for (Attempt attempt : Attempt.of(history)) {
            String request = attempt.text("idem");
            if (request != null) {
                requests.computeIfAbsent(request, each -> new ArrayList<>()).add(attempt);
            }
        }
        requests.values().removeIf(attempts -> attempts.size() == 1);
        if (requests.isEmpty()) {
            return history;
        }
        Map<Integer, String> keeps = new HashMap<>();
        Map<Integer, Attempt> drops = new HashMap<>();
        long process = FIRST_PROCESS;
        for (List<Attempt> attempts : requests.values()) {
            String name = Long.toString(process++);
            attempts.forEach(attempt -> drops.put(attempt.operation().call(), attempt));
            attempts.forEach(attempt -> drops.put(attempt.operation().ret(), attempt));
            keeps.put(attempts.getFirst().operation().call(), name);
            int completion = completion(attempts);
            if (completion != Operation.NEVER) {
                keeps.put(completion, name);
            }
        }
        return new History(events(history, requests, keeps, drops));
    }

    /** Where the operation is over, or NEVER. */
    private static int completion(List<Attempt> attempts) {
        int firstOk = Operation.NEVER;
        int lastFail = -1;
        for (Attempt attempt : attempts) {
            if (attempt.isOk()) {
                firstOk = Math.min(firstOk, attempt.operation().ret());
            } else if (attempt.isFail()) {
                lastFail = Math.max(lastFail, attempt.operation().ret());
            }
        }
        return attempts.stream().allMatch(Attempt::isFail) ? lastFail : firstOk;
    }

    private static List<Event> events(
            History history,
            TreeMap<String, List<Attempt>> requests,
            Map<Integer, String> keeps,
            Map<Integer, Attempt> drops) {
        List<Event> events = new ArrayList<>();
        for (int position = 0; position < history.events().size(); position++) {
            Event event = history.events().get(position);
            String process = keeps.get(position);
            if (process != null) {
                events.add(new Event(
                        event.index(),
                        event.timeNanos(),
                        process,
                        event.type(),
                        event.f(),
                        event.key(),
                        event.value(),
                        event.details()));
            } else if (!drops.containsKey(position) && !isUnknownOf(event, requests)) {
                events.add(event);
            }
        }
        return events;
    }

    /** An info completion of an attempt that is part of a longer operation now. */
    private static boolean isUnknownOf(Event event, TreeMap<String, List<Attempt>> requests) {
        return event.isOfClient()
                && event.type() == io.meshkit.jepsen.history.EventType.INFO
                && requests.values().stream()
                        .flatMap(List::stream)
                        .anyMatch(attempt -> attempt.completion() == null
                                && attempt.operation().process().equals(event.process()));
    }
}
