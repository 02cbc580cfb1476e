package io.meshkit.raft;

import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.Table;
import java.nio.file.Path;
import java.util.List;

/** Opens the live store. Called at start and after a snapshot from another member has been installed. */
@FunctionalInterface
public interface StoreOpener {
    /**
     * @param directory created when missing; its parent exists
     * @param tables    all tables of the store, the replica's own included
     * @throws io.meshkit.storage.StorageException if it cannot be opened
     */
    OrderedStore open(Path directory, List<Table> tables);
}
