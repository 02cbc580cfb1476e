package io.meshkit.client;

import java.time.Duration;

/** A watch that runs until it is closed, or fails in a way that trying again cannot mend. Thread-safe. */
public interface Watch extends AutoCloseable {
    /**
     * The resume token of the last message that the listener has taken: a later watch with the same request goes on
     * after it. Empty while there is none, as long as the initial state is not complete.
     */
    String resumeToken();

    /** The revision of the last message that the listener has taken; 0 before the first. */
    long revision();

    /**
     * Waits for the end of the watch and of its thread.
     *
     * @return false if the time was over first
     */
    boolean awaitClosed(Duration timeout) throws InterruptedException;

    /**
     * Ends the watch. Returns at once; a call of the listener that is under way is interrupted, and
     * {@link WatchListener#onClosed} is the last.
     */
    @Override
    void close();
}
