package io.meshkit.server.verbs;

import io.meshkit.raft.NodeId;
import io.meshkit.raft.Replica;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells calls in flight that the known leader has changed.
 *
 * <p>One subscription to the replica for all of them: a call that hung itself on the replica's future would
 * stay there until the next election, long after it was answered. Thread: any number.
 */
public final class LeaderEvents {
    private final Replica replica;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();

    public LeaderEvents(Replica replica) {
        this.replica = replica;
        subscribe();
    }

    private void subscribe() {
        replica.leaderChange().whenComplete((done, failure) -> {
            if (failure == null) {
                // First, so that no change is missed while listeners run.
                subscribe();
                listeners.forEach(Runnable::run);
            }
        });
    }

    /** Ends a listener's interest. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Runs the listener at every change from now on; for a change that is under way, look at {@link #leader}
     * afterwards.
     */
    Registration onChange(Runnable listener) {
        // Its own object, so that the same listener given twice is two listeners.
        Runnable own = () -> listener.run();
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    Optional<NodeId> leader() {
        return replica.leader();
    }
}
