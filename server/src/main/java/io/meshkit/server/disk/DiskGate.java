package io.meshkit.server.disk;

import com.codahale.metrics.Counter;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.Command;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node has room, and, if it leads, whether mutations are taken. A disk is low with less than the limit
 * free, until a quarter more than the limit is: not at every record that comes and goes. Thread-safe.
 */
public final class DiskGate {
    private static final Logger LOG = LoggerFactory.getLogger(DiskGate.class);
    private static final long RETRY_DELAY_MS = 1_000;
    private static final long RESUME_SHARE = 4;

    private final String node;
    private final long freeBytesMin;
    private final Counter refused;
    private volatile long freeBytes = Long.MAX_VALUE;
    private volatile boolean low;
    private volatile int membersLow;
    private volatile boolean majorityHasRoom = true;

    /**
     * @param node         its id, for messages
     * @param freeBytesMin 0: never low
     * @param refused      counts refusals
     */
    public DiskGate(String node, long freeBytesMin, Counter refused) {
        this.node = node;
        this.freeBytesMin = freeBytesMin;
        this.refused = refused;
    }

    /** So much is free on this node's own disk now. */
    public synchronized void own(long free) {
        boolean was = low;
        freeBytes = free;
        low = freeBytesMin > 0 && free < (was ? freeBytesMin + freeBytesMin / RESUME_SHARE : freeBytesMin);
        if (low && !was) {
            LOG.warn(
                    "disk low: {} bytes free, less than storage.free-bytes-min {}: while this node leads, mutations that"
                            + " add are refused",
                    free,
                    freeBytesMin);
        } else if (was && !low) {
            LOG.info("disk low no more: {} bytes free", free);
        }
    }

    /**
     * What the other members say; asked by a leader only.
     *
     * @param roomy    members, this one included, that say that they have room
     * @param lowOnes  members beside this one that say that they have not
     * @param majority of all members
     */
    synchronized void others(int roomy, int lowOnes, int majority) {
        boolean had = majorityHasRoom;
        membersLow = lowOnes;
        majorityHasRoom = lowOnes == 0 || roomy >= majority;
        if (had && !majorityHasRoom) {
            LOG.warn("disk low on {} other members: no majority has room, so mutations that add are refused", lowOnes);
        } else if (!had && majorityHasRoom) {
            LOG.info("a majority has room on its disks again");
        }
    }

    /** Free on this node's disk when it was last looked at, bytes. */
    public long freeBytes() {
        return freeBytes;
    }

    public boolean isLow() {
        return low;
    }

    /** Members beside this one whose disk is low, if this one leads. */
    public int membersLow() {
        return membersLow;
    }

    /**
     * On the leader, before it proposes what a client wants.
     *
     * @throws RegistryException OVERLOADED if there is no room for it; nothing was appended
     */
    public void check(Command command) {
        if ((!low && majorityHasRoom) || removes(command)) {
            return;
        }
        refused.inc();
        String why = low
                ? String.format(
                        Locale.ROOT,
                        "the disk of %s, which leads, has %d bytes free, less than storage.free-bytes-min %d",
                        node,
                        freeBytes,
                        freeBytesMin)
                : "the disks of " + membersLow + " other members are low, so that no majority has room";
        throw new RegistryException(RegistryException.detail(
                        ErrorCode.OVERLOADED,
                        why + ": what adds is refused",
                        "free space on the disk, or remove records; reads and removals go on, and it clears by itself")
                .setRetryDelay(RegistryException.millis(RETRY_DELAY_MS))
                .build());
    }

    /** Whoever is short of space must be able to get rid of something. A transaction counts as adding. */
    private static boolean removes(Command command) {
        return switch (command.getOperationCase()) {
            case DEREGISTER_PEER,
                    LEAVE_PEER,
                    DELETE_CLUSTER,
                    DELETE_SHARD,
                    DELETE_CONFIG,
                    DELETE_LEADERSHIP,
                    RESIGN,
                    DELETE_ROLE,
                    REVOKE_ACCESS,
                    REVOKE_TOKEN,
                    REVOKE_TOKEN_BATCH,
                    REVOKE_JOIN_TOKEN,
                    REVOKE_JOIN_TOKEN_BATCH,
                    REVOKE_CERTIFICATES,
                    DELETE_ISSUING_POLICY -> true;
            default -> false;
        };
    }
}
