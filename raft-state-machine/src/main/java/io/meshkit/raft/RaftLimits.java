package io.meshkit.raft;

/**
 * Caps of what is proposed and how much of it waits.
 *
 * @param commandBytesMax     default 1 MiB: one command, serialized. More is LIMIT_EXCEEDED
 * @param entryCommandsMax    default 256: commands packed into one log entry
 * @param entryBytesMax       default 512 KiB: packing stops here. A single command may exceed it, up to
 *                            commandBytesMax
 * @param entriesInFlightMax  default 1: entries proposed and not yet applied. With more the entries are smaller, and each
 *                            costs every member a sync and two messages
 * @param queueCommandsMax    default 8192: commands waiting for a place in an entry. More is OVERLOADED
 * @param queueBytesMax       default 64 MiB: the same in bytes
 * @param logEntryBytesMax    default 4 MiB: what Ratis accepts as one entry. Beyond it Ratis steps the leader
 *                            down, so nothing larger may reach it
 * @param freeSpaceBytesMin   default 256 MiB: with less free disk the replica does not start
 */
public record RaftLimits(
        int commandBytesMax,
        int entryCommandsMax,
        int entryBytesMax,
        int entriesInFlightMax,
        int queueCommandsMax,
        long queueBytesMax,
        int logEntryBytesMax,
        long freeSpaceBytesMin) {

    /** Room for the entry's own fields and for Ratis's envelope around it, in bytes. */
    static final int ENVELOPE_BYTES = 64 * 1024;

    public RaftLimits {
        require(commandBytesMax >= 1, "commandBytesMax", commandBytesMax);
        require(entryCommandsMax >= 1, "entryCommandsMax", entryCommandsMax);
        require(entryBytesMax >= 1, "entryBytesMax", entryBytesMax);
        require(entriesInFlightMax >= 1, "entriesInFlightMax", entriesInFlightMax);
        require(queueCommandsMax >= 1, "queueCommandsMax", queueCommandsMax);
        require(queueBytesMax >= commandBytesMax, "queueBytesMax (must hold one command)", queueBytesMax);
        require(freeSpaceBytesMin >= 0, "freeSpaceBytesMin", freeSpaceBytesMin);
        long largestEntry = Math.max(commandBytesMax, entryBytesMax) + (long) ENVELOPE_BYTES;
        require(logEntryBytesMax >= largestEntry, "logEntryBytesMax (must hold the largest entry)", logEntryBytesMax);
        require(logEntryBytesMax <= 64 << 20, "logEntryBytesMax (at most 64 MiB)", logEntryBytesMax);
    }

    public static RaftLimits defaults() {
        return new RaftLimits(1 << 20, 256, 512 << 10, 1, 8192, 64L << 20, 4 << 20, 256L << 20);
    }

    private static void require(boolean ok, String name, long value) {
        if (!ok) {
            throw new IllegalArgumentException(name + " out of range: " + value);
        }
    }
}
