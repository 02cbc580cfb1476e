package io.meshkit.raft;

import io.meshkit.api.RegistryException;
import java.util.List;
import java.util.Set;

/**
 * A leader's own view at one moment.
 *
 * @param term           the term in which it leads
 * @param committedIndex last entry that it knows to be committed; at least its first entry of the term
 * @param voters         the voters of the current configuration, and, during a change, those of the former one:
 *                       a majority of each must confirm
 */
public record Leadership(long term, long committedIndex, List<Set<NodeId>> voters) {
    /** Where a replica finds it. */
    public interface Source {
        /**
         * This member's leadership.
         *
         * @throws RegistryException NO_LEADER if it does not lead or has not committed in its term
         */
        Leadership leadership();

        /** Whether this member leads in the term still. */
        boolean leadsIn(long term);

        /** The error for who asks a member that does not lead. */
        RegistryException notLeading();
    }
}
