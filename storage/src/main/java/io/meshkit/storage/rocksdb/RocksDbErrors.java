package io.meshkit.storage.rocksdb;

import io.meshkit.storage.StorageException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Says what a RocksDB error means to whoever runs the node. */
final class RocksDbErrors {
    private RocksDbErrors() {}

    /** @param doing what failed, as in "cannot {doing} /data" */
    static StorageException explain(String doing, Path directory, RocksDBException e) {
        return new StorageException("cannot " + doing + " " + directory + ": " + meaning(e), e);
    }

    private static String meaning(RocksDBException e) {
        String detail = String.valueOf(e.getMessage());
        Status status = e.getStatus();
        if (isLocked(detail)) {
            return "another process, or another store in this one, has it open (" + detail + ")";
        }
        if (has(status, Status.Code.Corruption)) {
            return "its data is corrupted (" + detail + "); restore a checkpoint or let the node resync";
        }
        if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
            return "the disk is full (" + detail + ")";
        }
        return detail;
    }

    private static boolean isLocked(String detail) {
        return detail.contains("lock hold by current process") || detail.contains("While lock file");
    }

    /** Whether this build of RocksDB lacks the compression asked for. */
    static boolean isCompressionMissing(RocksDBException e) {
        return has(e.getStatus(), Status.Code.InvalidArgument)
                && String.valueOf(e.getMessage()).contains("not linked");
    }

    private static boolean has(@Nullable Status status, Status.Code code) {
        return status != null && status.getCode() == code;
    }
}
