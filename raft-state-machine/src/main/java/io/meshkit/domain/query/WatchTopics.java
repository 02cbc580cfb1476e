package io.meshkit.domain.query;

import io.meshkit.v1.RecordChange;
import java.util.List;

/**
 * Coarse names of what changes are about: a change can match a filter only if they share one. What a filter leaves out
 * besides is not seen by them.
 */
public final class WatchTopics {
    private static final String SHARD = "shard";

    private WatchTopics() {}

    /** Of the change: its kind, its namespace and itself. */
    public static List<String> of(RecordChange change) {
        String kind = change.getKind();
        String name = change.getName();
        int slash = kind.equals(SHARD) ? name.indexOf('/') : -1;
        return slash < 0
                ? List.of(kind, named(kind, name))
                : List.of(kind, within(name.substring(0, slash)), named(kind, name));
    }

    static String named(String kind, String name) {
        return kind + "=" + name;
    }

    /** Only shards have a namespace. */
    static String within(String namespace) {
        return SHARD + "/" + namespace;
    }
}
