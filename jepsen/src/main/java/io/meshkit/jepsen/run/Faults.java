package io.meshkit.jepsen.run;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.meshkit.jepsen.history.EventType;
import io.meshkit.jepsen.history.HistoryWriter;
import io.meshkit.jepsen.nemesis.Arena;
import io.meshkit.jepsen.nemesis.Injection;
import io.meshkit.jepsen.nemesis.Nemesis;
import io.meshkit.jepsen.nemesis.Schedule;
import io.meshkit.jepsen.nemesis.Schedule.Step;
import io.meshkit.jepsen.report.Fault;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Hurts the quorum by the schedule, and writes into the history what was done. */
final class Faults implements AutoCloseable {
    private static final String PROCESS = "nemesis";
    private static final long END_LIMIT_MS = 180_000;

    private final Schedule schedule;
    private final Map<String, Nemesis> nemeses;
    private final Arena arena;
    private final HistoryWriter history;
    private final PrintStream out;
    private final List<Fault> done = new ArrayList<>();
    private @Nullable Thread thread;
    private volatile @Nullable Exception failure;
    private volatile boolean stopped;

    Faults(Schedule schedule, Map<String, Nemesis> nemeses, Arena arena, HistoryWriter history, PrintStream out) {
        this.schedule = schedule;
        this.nemeses = nemeses;
        this.arena = arena;
        this.history = history;
        this.out = out;
    }

    /** Begins now. */
    void start() {
        long startNanos = System.nanoTime();
        thread = Thread.ofPlatform().name("nemesis").start(() -> {
            try {
                for (Step step : schedule.steps()) {
                    sleepUntil(startNanos, step.atMs());
                    if (stopped) {
                        return;
                    }
                    perform(step, startNanos);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
        });
    }

    private void perform(Step step, long startNanos) throws IOException, InterruptedException {
        Nemesis nemesis = nemeses.get(step.nemesis());
        if (nemesis == null) {
            throw new IllegalStateException("no nemesis " + step.nemesis());
        }
        long fromNanos = System.nanoTime();
        Injection injection = nemesis.inject(arena);
        try {
            record("start-" + step.nemesis(), injection.value());
            out.printf(Locale.ROOT, "%6.1f s  %s: %s%n", seconds(startNanos), step.nemesis(), injection.target());
            sleepUntil(startNanos, step.atMs() + step.forMs());
        } finally {
            SequencedMap<String, Long> evidence = injection.heal();
            Fault fault = new Fault(step.nemesis(), injection.target(), fromNanos, System.nanoTime(), evidence);
            JsonObject value = new JsonObject();
            evidence.forEach(value::addProperty);
            record("stop-" + step.nemesis(), value);
            out.printf(Locale.ROOT, "%6.1f s  healed; %s%n", seconds(startNanos), shown(fault));
            synchronized (done) {
                done.add(fault);
            }
        }
    }

    private static String shown(Fault fault) {
        return fault.hasShown() ? "shown by " + fault.evidence() : "NOT SHOWN: " + fault.evidence();
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private static void sleepUntil(long startNanos, long atMs) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(atMs) - (System.nanoTime() - startNanos);
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    private void record(String f, JsonElement value) {
        history.append(PROCESS, EventType.INFO, f, null, value);
    }

    /**
     * Waits until the last one is healed.
     *
     * @return what was done
     * @throws IOException if one could not be done
     */
    List<Fault> finish() throws IOException, InterruptedException {
        stopped = true;
        Thread running = thread;
        if (running != null) {
            running.join(END_LIMIT_MS);
            if (running.isAlive()) {
                throw new IOException("the nemesis does not end");
            }
        }
        Exception met = failure;
        if (met != null) {
            throw new IOException("a fault could not be injected: " + met, met);
        }
        synchronized (done) {
            return List.copyOf(done);
        }
    }

    /** Ends it at once; what is on is healed. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            running.join(END_LIMIT_MS);
        }
    }
}
