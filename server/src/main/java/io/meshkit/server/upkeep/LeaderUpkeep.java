package io.meshkit.server.upkeep;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.meshkit.api.RegistryException;
import io.meshkit.api.RequestIds;
import io.meshkit.domain.Commands;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.kernel.Tokens;
import io.meshkit.domain.policies.ExpiredApprovals;
import io.meshkit.raft.Replica;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.Waits;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.CompactJournalRequest;
import io.meshkit.v1.ForgetExpiredRequest;
import io.meshkit.v1.InstallQuorumKeyRequest;
import io.meshkit.v1.SeedAccessRequest;
import java.security.SecureRandom;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the state while this node leads: installs the quorum's key, imports the access file of the first start,
 * compacts the journal, lets approvals go that have expired.
 *
 * <p>Looks at intervals, and proposes at most one command at a time, so that upkeep never crowds out a mutation.
 * Thread: its own.
 */
public final class LeaderUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderUpkeep.class);
    private static final String PRINCIPAL = "meshkit:upkeep";
    private static final long PROPOSAL_MS = 5_000;

    /** What has expired is forgotten by the log's time, which may lag behind a clock that was set back. */
    private static final long CLOCK_SLACK_MS = 1_000;

    /** Until the key and the access records are there, the quorum is not ready: looked at often. */
    private static final long BEGIN_INTERVAL_MS = 20;

    private final Replica replica;
    private final String clusterId;
    private final Retention retention;
    private final SeedAccessRequest seed;
    private final long intervalMs;
    private final LongSupplier clockMs;
    private final SecureRandom random = new SecureRandom();
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param clusterId  the quorum's id
     * @param seed       the first access records, without bindings if there are none to be had
     * @param intervalMs between two looks at the state; > 0
     * @param clockMs    Unix ms
     */
    public static LeaderUpkeep start(
            Replica replica,
            String clusterId,
            Retention retention,
            SeedAccessRequest seed,
            long intervalMs,
            LongSupplier clockMs) {
        LeaderUpkeep upkeep = new LeaderUpkeep(replica, clusterId, retention, seed, intervalMs, clockMs);
        upkeep.thread.start();
        return upkeep;
    }

    private LeaderUpkeep(
            Replica replica,
            String clusterId,
            Retention retention,
            SeedAccessRequest seed,
            long intervalMs,
            LongSupplier clockMs) {
        this.replica = replica;
        this.clusterId = clusterId;
        this.retention = retention;
        this.seed = seed;
        this.intervalMs = intervalMs;
        this.clockMs = clockMs;
        this.thread = Thread.ofPlatform().name("leader-upkeep").daemon().unstarted(this::run);
    }

    private void run() {
        boolean begun = false;
        while (!closed) {
            boolean more = false;
            try {
                if (replica.isLeader()) {
                    more = look();
                }
                begun |= hasBegun();
            } catch (RegistryException e) {
                LOG.debug("upkeep has to wait: {}", e.getMessage());
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.error("upkeep failed", e);
                }
            }
            try {
                Thread.sleep(more ? 1 : begun ? intervalMs : BEGIN_INTERVAL_MS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean hasBegun() {
        try (StoreSnapshot view = replica.snapshot()) {
            return Tokens.hasKey(view, clusterId) && !needsSeed(view);
        }
    }

    private boolean needsSeed(StoreView view) {
        return seed.getBindingsCount() > 0 && StateMeta.accessRevision(view) == 0;
    }

    /** Whether there is more to do at once. */
    private boolean look() {
        Message wanted = wanted();
        if (wanted == null) {
            return false;
        }
        CommandOutcome outcome = Waits.await(
                replica.propose(
                        Commands.withRequestId(Commands.ofSystem(wanted, PRINCIPAL), RequestIds.next("upkeep")),
                        PROPOSAL_MS),
                Deadline.inMs(PROPOSAL_MS));
        if (outcome.hasRejection()) {
            throw new RegistryException(outcome.getRejection());
        }
        LOG.debug("applied {}", wanted.getDescriptorForType().getName());
        return true;
    }

    /** The next command that the state needs, or null. */
    private @Nullable Message wanted() {
        try (StoreSnapshot view = replica.snapshot()) {
            if (!Tokens.hasKey(view, clusterId)) {
                byte[] key = new byte[Tokens.KEY_BYTES];
                random.nextBytes(key);
                return InstallQuorumKeyRequest.newBuilder()
                        .setKey(ByteString.copyFrom(key))
                        .setClusterId(clusterId)
                        .build();
            }
            if (needsSeed(view)) {
                return seed;
            }
            OptionalLong keepFrom = retention.keepFrom(view);
            if (keepFrom.isPresent()) {
                return CompactJournalRequest.newBuilder()
                        .setKeepFromRevision(keepFrom.getAsLong())
                        .build();
            }
            return ExpiredApprovals.exist(view, clockMs.getAsLong() - CLOCK_SLACK_MS)
                    ? ForgetExpiredRequest.getDefaultInstance()
                    : null;
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(PROPOSAL_MS);
    }
}
