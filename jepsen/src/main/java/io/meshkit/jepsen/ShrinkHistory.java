package io.meshkit.jepsen;

import io.meshkit.jepsen.checker.Checkers;
import io.meshkit.jepsen.checker.Counterexample;
import io.meshkit.jepsen.checker.DeltaDebugging;
import io.meshkit.jepsen.checker.Judgement;
import io.meshkit.jepsen.checker.Verdict;
import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.History;
import io.meshkit.jepsen.history.HistoryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Leaves out of an invalid history whatever its first counterexample does without.
 *
 * <p>What is left must show the very same counterexample, by the same events: else leaving out a write would make the
 * read that saw it wrong, and the short history would be wrong for another reason than the long one.
 */
final class ShrinkHistory {
    private ShrinkHistory() {}

    /** Empty if nothing in it is invalid. */
    static Optional<History> minimal(List<String> workloads, History history) {
        for (Judgement judgement : Checkers.judge(workloads, history)) {
            if (judgement.verdict() == Verdict.INVALID) {
                Counterexample shown = judgement.counterexamples().get(0);
                return Optional.of(minimal(workloads, history, judgement.title(), shown));
            }
        }
        return Optional.empty();
    }

    private static History minimal(List<String> workloads, History history, String title, Counterexample shown) {
        Predicate<List<List<Event>>> shows = units -> shows(workloads, joined(units), title, shown);
        List<List<Event>> all = units(history);
        Set<Long> indexes = new HashSet<>(shown.indexes());
        List<List<Event>> named = all.stream()
                .filter(unit -> unit.stream().anyMatch(event -> indexes.contains(event.index())))
                .toList();
        return joined(DeltaDebugging.minimal(shows.test(named) ? named : all, shows));
    }

    private static boolean shows(List<String> workloads, History history, String title, Counterexample shown) {
        try {
            return Checkers.judge(workloads, history).stream()
                    .filter(judgement -> judgement.title().equals(title))
                    .flatMap(judgement -> judgement.counterexamples().stream())
                    .anyMatch(each ->
                            each.what().equals(shown.what()) && each.indexes().equals(shown.indexes()));
        } catch (HistoryException e) {
            return false;
        }
    }

    /** What can only be left out as a whole: an operation with its completion; any other event by itself. */
    private static List<List<Event>> units(History history) {
        List<List<Event>> units = new ArrayList<>();
        Map<String, List<Event>> pending = new HashMap<>();
        for (Event event : history.events()) {
            List<Event> begun =
                    event.isOfClient() && event.type() != EventType.INVOKE ? pending.remove(event.process()) : null;
            if (begun != null) {
                begun.add(event);
                continue;
            }
            List<Event> unit = new ArrayList<>(List.of(event));
            units.add(unit);
            if (event.isOfClient() && event.type() == EventType.INVOKE) {
                pending.put(event.process(), unit);
            }
        }
        return units;
    }

    private static History joined(List<List<Event>> units) {
        return new History(units.stream()
                .flatMap(List::stream)
                .sorted(java.util.Comparator.comparingLong(Event::index))
                .toList());
    }
}
