package io.meshkit.storage;

import java.nio.file.Path;
import java.util.List;

/** How the contract opens, crashes and restores an implementation. */
public interface StoreFixture extends AutoCloseable {
    Table A = new Table("a");
    Table B = Table.scattered("b");
    List<Table> TABLES = List.of(A, B, new Table("c"));

    /** A new, empty store. */
    OrderedStore open();

    /** Ends the store as kill -9 does and opens what is left. */
    OrderedStore crash(OrderedStore store);

    OrderedStore restore(Path checkpoint);

    /** Names a path that does not exist, in a directory that does. */
    Path newPath();

    /** Frees everything opened. */
    @Override
    void close();
}
