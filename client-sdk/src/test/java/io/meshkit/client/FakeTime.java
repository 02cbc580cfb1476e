package io.meshkit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A clock that stands still until a test moves it, and what is due by it. For one thread. */
final class FakeTime implements AutoTransport.Scheduler {
    private record Due(long atNanos, Runnable task) {}

    private final List<Due> due = new ArrayList<>();
    private long nowNanos = 1_000;

    long nanoTime() {
        return nowNanos;
    }

    @Override
    public boolean later(Runnable task, long delayNanos) {
        due.add(new Due(nowNanos + Math.max(0, delayNanos), task));
        return true;
    }

    /** Moves on, and runs what is due on the way, each at its time. */
    void pass(Duration duration) {
        long end = nowNanos + duration.toNanos();
        while (true) {
            Due next = due.stream().min(Comparator.comparingLong(Due::atNanos)).orElse(null);
            if (next == null || next.atNanos() > end) {
                nowNanos = end;
                return;
            }
            due.remove(next);
            nowNanos = Math.max(nowNanos, next.atNanos());
            next.task().run();
        }
    }
}
