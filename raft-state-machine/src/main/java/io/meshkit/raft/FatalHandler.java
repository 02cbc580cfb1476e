package io.meshkit.raft;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the node when going on could break a promise: a failed write, an entry that cannot be applied, a term or
 * vote that cannot be made durable.
 */
@FunctionalInterface
public interface FatalHandler {
    /** Exit status of a halted node, {@code EX_SOFTWARE}. */
    int EXIT_STATUS = 70;

    /** Exit status of a node that was removed from the quorum, {@code EX_UNAVAILABLE}. */
    int REMOVED_STATUS = 69;

    /** Logs and halts the JVM at once, without shutdown hooks: they could wait for what has failed. */
    FatalHandler HALT = (message, cause) -> {
        Logger log = LoggerFactory.getLogger(FatalHandler.class);
        log.error("FATAL, halting this node: {}", message, cause);
        System.err.println("FATAL, halting this node: " + message + ": " + cause);
        Runtime.getRuntime().halt(EXIT_STATUS);
    };

    void fatal(String message, Throwable cause);

    /** This member is one no longer, and must stop: it keeps nothing that the quorum counts on. */
    default void removed(NodeId self) {
        String message = self + " was removed from the quorum: it stops now, and will not start again under this id";
        LoggerFactory.getLogger(FatalHandler.class).error(message);
        System.err.println(message + ". To bring it back, empty its data directory and add it under a new id.");
        Runtime.getRuntime().halt(REMOVED_STATUS);
    }
}
