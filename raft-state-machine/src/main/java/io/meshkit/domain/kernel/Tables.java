package io.meshkit.domain.kernel;

import io.meshkit.storage.Table;
import java.util.List;

/**
 * The tables of the registry. {@link RowKeys} says how their rows are named.
 *
 * <p>Few on purpose: each is a column family, with its own memtable and its own share of every flush.
 */
public final class Tables {
    /** Peers, clusters, shards, config documents and leaderships: kind, name → record. */
    public static final Table RECORDS = new Table("records");
    /** Secondary indexes: the key says everything, the value is empty. */
    public static final Table INDEX = Table.scattered("index");
    /** Revision → audit entry, which is also the change feed (ADR-0003). */
    public static final Table JOURNAL = new Table("journal");
    /** Shard, revision → what became of the shard. */
    public static final Table HISTORY = Table.scattered("history");
    /** Request id, principal → outcome. */
    public static final Table DEDUPE = new Table("dedupe");
    /**
     * Expiry, key of a dedupe row. A table of its own, so that each of the two grows at its end: files whose rows all lie
     * after those of the others are neither looked into for a new request id nor rewritten with them (ADR-0021).
     */
    public static final Table DEDUPE_EXPIRY = new Table("dedupe-expiry");
    /** Lease id → lease. */
    public static final Table LEASES = new Table("leases");
    /** The state row and the log position. */
    public static final Table META = new Table("meta");

    /** All of them, in the order in which a batch writes them. */
    public static final List<Table> ALL =
            List.of(RECORDS, INDEX, JOURNAL, HISTORY, DEDUPE, DEDUPE_EXPIRY, LEASES, META);

    private static final Table[] BY_PLACE = ALL.toArray(Table[]::new);
    static final int COUNT = BY_PLACE.length;

    private Tables() {}

    /**
     * The table's place in {@link #ALL}.
     *
     * @throws IllegalArgumentException if it is none of the registry's
     */
    static int place(Table table) {
        for (int i = 0; i < COUNT; i++) {
            // The same object nearly always; comparing names would show in the cost of a mutation.
            if (BY_PLACE[i] == table) {
                return i;
            }
        }
        int place = ALL.indexOf(table);
        if (place < 0) {
            throw new IllegalArgumentException("not a table of the registry: " + table.name());
        }
        return place;
    }
}
