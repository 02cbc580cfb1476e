package io.meshkit.bench.systems;

import java.io.IOException;
import java.util.List;

/**
 * A system of three processes on this machine, with data of its own. Not thread-safe.
 *
 * <p>{@link #start} returns when the processes run; that they serve is seen by asking them.
 */
public interface Contender extends AutoCloseable {
    /** A node that runs. */
    record Member(String name, long pid) {}

    /** What it is and how it is set up, for people, on one line. */
    String description();

    /** The names of its nodes. */
    List<String> nodes();

    /** Starts every node that does not run. What they kept is there again. */
    void start() throws IOException;

    /** The nodes that run, in the order of their names. */
    List<Member> members();

    /**
     * A new client.
     *
     * @param transport of the registry's client, or empty for its own choice; other systems have one only
     * @param nodes     those that it may ask, at least one
     */
    Driver open(Dataset dataset, String transport, List<String> nodes) throws IOException;

    /** Ends a node by signal 9 and waits for its end. */
    void kill(String node) throws InterruptedException;

    /** Ends all nodes in good order. */
    void stop() throws InterruptedException;

    @Override
    default void close() throws InterruptedException {
        stop();
    }
}
