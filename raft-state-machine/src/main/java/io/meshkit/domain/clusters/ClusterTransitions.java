package io.meshkit.domain.clusters;

import static io.meshkit.v1.ClusterState.CLUSTER_STATE_ACTIVE;
import static io.meshkit.v1.ClusterState.CLUSTER_STATE_DRAINING;
import static io.meshkit.v1.ClusterState.CLUSTER_STATE_MAINTENANCE;
import static io.meshkit.v1.ClusterState.CLUSTER_STATE_PASSIVE;

import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.ClusterKind;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.ErrorDetail;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which state a cluster may go to, by which verb.
 *
 * <p>Invariant: once a cluster is ACTIVE, some cluster is: the last one does not leave the state.
 */
final class ClusterTransitions {
    enum Verb {
        PROMOTE,
        DEMOTE,
        UPDATE
    }

    private record Transition(ClusterState from, ClusterState to, Verb verb) {
        @Override
        public String toString() {
            return shown(from) + " → " + shown(to) + " (" + verb.name().toLowerCase(Locale.ROOT) + ")";
        }
    }

    private static final List<Transition> LEGAL = List.of(
            new Transition(CLUSTER_STATE_PASSIVE, CLUSTER_STATE_ACTIVE, Verb.PROMOTE),
            new Transition(CLUSTER_STATE_ACTIVE, CLUSTER_STATE_PASSIVE, Verb.DEMOTE),
            new Transition(CLUSTER_STATE_ACTIVE, CLUSTER_STATE_DRAINING, Verb.UPDATE),
            new Transition(CLUSTER_STATE_PASSIVE, CLUSTER_STATE_DRAINING, Verb.UPDATE),
            new Transition(CLUSTER_STATE_DRAINING, CLUSTER_STATE_PASSIVE, Verb.UPDATE),
            new Transition(CLUSTER_STATE_DRAINING, CLUSTER_STATE_MAINTENANCE, Verb.UPDATE),
            new Transition(CLUSTER_STATE_MAINTENANCE, CLUSTER_STATE_DRAINING, Verb.UPDATE));

    private ClusterTransitions() {}

    /** Why the cluster cannot go to the state by the verb, or null. Staying where it is is no transition. */
    static @Nullable ErrorDetail refusal(StoreView view, Cluster cluster, ClusterState to, Verb verb) {
        ClusterState from = cluster.getState();
        if (from == to) {
            return null;
        }
        if (!LEGAL.contains(new Transition(from, to, verb))) {
            return Errors.precondition(
                    "cluster " + cluster.getId() + " cannot go from " + shown(from) + " to " + shown(to) + " by "
                            + verb.name().toLowerCase(Locale.ROOT),
                    "legal from " + shown(from) + ": " + legalFrom(from));
        }
        if (from == CLUSTER_STATE_ACTIVE && isLastActive(view)) {
            return Errors.precondition(
                    "cluster " + cluster.getId() + " is the last ACTIVE one", "promote another cluster first");
        }
        return null;
    }

    static String shown(ClusterState state) {
        return state.name().replace("CLUSTER_STATE_", "");
    }

    private static String legalFrom(ClusterState from) {
        return String.join(
                ", ",
                LEGAL.stream()
                        .filter(transition -> transition.from() == from)
                        .map(Transition::toString)
                        .toList());
    }

    private static boolean isLastActive(StoreView view) {
        byte[] prefix = ClusterKind.byStatePrefix(CLUSTER_STATE_ACTIVE);
        try (Cursor cursor = view.scan(Tables.INDEX, prefix, Keys.prefixEnd(prefix))) {
            cursor.next();
            return !cursor.next();
        }
    }
}
