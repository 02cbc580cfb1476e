package io.meshkit.jepsen.workload;

import io.meshkit.jepsen.client.NodeClient;
import io.meshkit.jepsen.generator.Op;
import java.util.List;

/**
 * One way of using the registry. {@link #next} is called by one thread at a time, {@link #execute} by many at once.
 */
public interface Workload {
    /** As the command line and the checkers name it. */
    String name();

    /** Settings of every node that it needs, {@code key=value}. */
    default List<String> settings() {
        return List.of();
    }

    /** Whether watches are to follow the config documents meanwhile. */
    default boolean isWatched() {
        return false;
    }

    /** Makes the records that it works on; nothing of it is in the history. */
    default void setUp(NodeClient client) {}

    /**
     * The next operation of a thread.
     *
     * @param process that the thread is now: after an unknown outcome it is another one
     */
    Op next(int thread, long process);

    /** Whether it can have no effect, whatever becomes of it. */
    boolean isReadOnly(Op op);

    /**
     * Does it.
     *
     * @throws io.meshkit.api.RegistryException or anything else, which {@link io.meshkit.jepsen.client.Outcome} judges
     */
    Completion execute(Op op, NodeClient client);

    /** What is to be read when everything has healed. */
    List<Op> finalReads();

    /** How a record of the registry shows in audit and state; whether they are wanted at all. */
    default Records records() {
        return Records.NONE;
    }
}
