package io.meshkit.raft;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Counts who confirms a term: a majority of the voters of every configuration in force.
 *
 * <p>Thread: guarded by its owner.
 */
final class TermQuorum {
    /** How the count stands. */
    enum Verdict {
        PENDING,
        CONFIRMED,
        /** A majority can no longer confirm: a member knows a newer term. */
        NEWER_TERM,
        /** A majority can no longer confirm: too many members do not answer. */
        UNREACHABLE
    }

    private final long term;
    private final List<Set<NodeId>> voters;
    private final Set<NodeId> confirmed = new HashSet<>();
    private final Set<NodeId> refused = new HashSet<>();
    private boolean newerTerm;

    TermQuorum(long term, List<Set<NodeId>> voters) {
        this.term = term;
        this.voters = voters;
    }

    /** The member's current term is this one. */
    void reported(NodeId member, long memberTerm) {
        if (memberTerm == term) {
            confirmed.add(member);
        } else {
            refused.add(member);
            newerTerm |= memberTerm > term;
        }
    }

    /** The member did not answer. */
    void failed(NodeId member) {
        refused.add(member);
    }

    Verdict verdict() {
        boolean all = true;
        for (Set<NodeId> configuration : voters) {
            int majority = configuration.size() / 2 + 1;
            all &= count(configuration, confirmed) >= majority;
            if (configuration.size() - count(configuration, refused) < majority) {
                return newerTerm ? Verdict.NEWER_TERM : Verdict.UNREACHABLE;
            }
        }
        return all ? Verdict.CONFIRMED : Verdict.PENDING;
    }

    private static int count(Set<NodeId> configuration, Set<NodeId> members) {
        int count = 0;
        for (NodeId member : configuration) {
            if (members.contains(member)) {
                count++;
            }
        }
        return count;
    }
}
