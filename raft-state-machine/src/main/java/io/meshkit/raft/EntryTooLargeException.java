package io.meshkit.raft;

import java.io.IOException;

/** An entry is larger than Ratis may see: there it would make the leader step down. */
final class EntryTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    EntryTooLargeException(int bytes, int bytesMax) {
        super("a log entry of " + bytes + " bytes, at most " + bytesMax + " are allowed");
    }
}
