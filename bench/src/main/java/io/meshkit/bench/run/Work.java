package io.meshkit.bench.run;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What is measured. */
enum Work {
    /** An upsert of a shard with a value of the wanted size in its annotations; always a change. */
    PUT("put"),
    /** One shard by its key, at the default level. */
    READ_LINEARIZABLE("read-linearizable"),
    /** One shard by its key, from whatever the asked node has. */
    READ_LOCAL("read-local"),
    /** A thousand shards in two pages, linearizable. */
    LIST("list"),
    /** Four linearizable reads to one put. */
    MIXED("mixed");

    private final String label;

    Work(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static Work of(String label) {
        for (Work work : values()) {
            if (work.label.equals(label)) {
                return work;
            }
        }
        throw new IllegalArgumentException("'" + label + "' is none of "
                + Arrays.stream(values()).map(Work::label).collect(Collectors.joining(", ")));
    }
}
