package io.meshkit.jepsen.nemesis;

import io.meshkit.jepsen.os.Capability;
import java.io.IOException;
import java.util.Set;

/** A kind of fault. Thread: the runner's one thread for faults. */
public interface Nemesis {
    /** As the command line names it, for example {@code partition:leader}. */
    String name();

    /** What of the operating system it needs. */
    Set<Capability> needs();

    /** Before the nodes start for the first time. */
    default void prepare(Arena arena) throws IOException, InterruptedException {}

    /** Of several at once, this one is healed when the others are: before, it may not get what it waits for. */
    default boolean isHealedLast() {
        return false;
    }

    /** Hurts the quorum until the injection is healed. */
    Injection inject(Arena arena) throws IOException, InterruptedException;
}
