package io.meshkit.bench.systems;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What is measured. */
public enum Work {
    /** A value of the wanted size under a key that has one; always a change. */
    PUT("put", Kind.LOOP),
    /** One record by its key, as linearizable as the system has it. */
    READ_LINEARIZABLE("read-linearizable", Kind.LOOP),
    /** One record by its key, from whatever the asked node has. */
    READ_LOCAL("read-local", Kind.LOOP),
    /** A thousand records in two pages, linearizable. */
    LIST("list", Kind.LOOP),
    /** Four linearizable reads to one put. */
    MIXED("mixed", Kind.LOOP),
    /** Puts while many watches follow all keys: what is counted and timed is deliveries. */
    WATCH("watch", Kind.WATCH),
    /** From kill -9 of the leader to the next acknowledged put. */
    FAILOVER("failover", Kind.TIME),
    /** From the start of all processes, with their data in place, to the first acknowledged put. */
    START("start", Kind.TIME);

    /** How a work is measured. */
    public enum Kind {
        /** A closed loop of operations, at each load. */
        LOOP,
        /** A closed loop of puts, at each load, and the watches' deliveries. */
        WATCH,
        /** One duration per round. */
        TIME
    }

    private final String label;
    private final Kind kind;

    Work(String label, Kind kind) {
        this.label = label;
        this.kind = kind;
    }

    public String label() {
        return label;
    }

    public Kind kind() {
        return kind;
    }

    /** @throws IllegalArgumentException if there is none of that name */
    public static Work of(String label) {
        for (Work work : values()) {
            if (work.label.equals(label)) {
                return work;
            }
        }
        throw new IllegalArgumentException("'" + label + "' is none of "
                + Arrays.stream(values()).map(Work::label).collect(Collectors.joining(", ")));
    }
}
