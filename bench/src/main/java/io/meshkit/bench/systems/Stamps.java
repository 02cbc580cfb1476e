package io.meshkit.bench.systems;

import java.util.concurrent.atomic.AtomicLong;

/** Numbers that make every value differ from all others, those of earlier runs too. Thread-safe. */
public final class Stamps {
    /** Starts at the clock, with room for a million values per millisecond. */
    private final AtomicLong next = new AtomicLong(System.currentTimeMillis() << 20);

    public long next() {
        return next.getAndIncrement();
    }
}
