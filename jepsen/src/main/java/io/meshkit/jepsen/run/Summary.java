package io.meshkit.jepsen.run;

import io.meshkit.jepsen.history.Event;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.report.Fault;
import io.meshkit.jepsen.report.RunResult;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** A run in one line. */
final class Summary {
    private Summary() {}

    static String of(RunResult result) {
        Map<EventType, Long> counts = new EnumMap<>(EventType.class);
        for (Event event : result.history().events()) {
            if (event.isOfClient()) {
                counts.merge(event.type(), 1L, Long::sum);
            }
        }
        long shown = result.faults().stream().filter(Fault::hasShown).count();
        return String.format(
                Locale.ROOT,
                "%s: %s: %d operations (%d ok, %d fail, %d info), %d of %d faults shown",
                result.verdict(),
                result.test().name(),
                counts.getOrDefault(EventType.INVOKE, 0L),
                counts.getOrDefault(EventType.OK, 0L),
                counts.getOrDefault(EventType.FAIL, 0L),
                counts.getOrDefault(EventType.INFO, 0L),
                shown,
                result.faults().size());
    }
}
