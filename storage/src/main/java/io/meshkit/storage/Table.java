package io.meshkit.storage;

/**
 * A named, ordered key space; in RocksDB a column family. Two of one name are the same table.
 *
 * @param name lower-case letters, digits and hyphens
 * @param scattered whether its rows are small and many, and new ones lie anywhere between those that are there. What
 *     is written of such a table at a time is little, and lies beside all of it: a store should not rewrite the whole
 *     for it
 */
public record Table(String name, boolean scattered) {
    public Table {
        if (!name.matches("[a-z][a-z0-9-]{0,62}")) {
            throw new IllegalArgumentException("table name: " + name);
        }
    }

    public Table(String name) {
        this(name, false);
    }

    /** A table of many small rows that come in no order. */
    public static Table scattered(String name) {
        return new Table(name, true);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Table table && name.equals(table.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
