package io.meshkit.storage;

/**
 * A named, ordered key space; in RocksDB a column family.
 *
 * @param name lower-case letters, digits and hyphens
 */
public record Table(String name) {
    public Table {
        if (!name.matches("[a-z][a-z0-9-]{0,62}")) {
            throw new IllegalArgumentException("table name: " + name);
        }
    }
}
