package io.meshkit.raft;

import io.meshkit.api.RegistryException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/** The division's leadership, read so that its parts belong together. */
final class RatisLeadership implements Leadership.Source {
    private final RaftServer.Division division;

    private final CommitSpreader spreader;

    RatisLeadership(RaftServer.Division division, CommitSpreader spreader) {
        this.division = division;
        this.spreader = spreader;
    }

    /** The leader as far as it is known. */
    Optional<NodeId> leader() {
        @Nullable RaftPeerId leader = division.getInfo().getLeaderId();
        return leader == null ? Optional.empty() : Optional.of(new NodeId(leader.toString()));
    }

    /** The leader, unless it is this member itself: then somebody else is needed, and nobody is known. */
    Optional<NodeId> otherLeader() {
        return leader().filter(id -> !id.value().equals(division.getId().toString()));
    }

    @Override
    public Leadership leadership() {
        DivisionInfo info = division.getInfo();
        long term = info.getCurrentTerm();
        if (!info.isLeader()) {
            throw notLeading();
        }
        if (!info.isLeaderReady()) {
            // Until it has committed in its own term it does not know what earlier leaders acknowledged.
            throw Errors.noLeader("this node leads, but is not ready yet", leader());
        }
        long committedIndex = division.getRaftLog().getLastCommittedIndex();
        List<Set<NodeId>> voters = voters(division.getRaftConf());
        if (!leadsIn(term)) {
            // It may have lost and won leadership in between: the parts would be of two terms.
            throw notLeading();
        }
        // Whoever reads at this index on a follower waits until the follower knows it.
        spreader.spread(division);
        return new Leadership(term, committedIndex, voters);
    }

    @Override
    public boolean leadsIn(long term) {
        DivisionInfo info = division.getInfo();
        return info.isLeader() && info.getCurrentTerm() == term;
    }

    @Override
    public RegistryException notLeading() {
        return Errors.noLeader("this node does not lead", otherLeader());
    }

    /** The voters of the configuration, and of the one before while it changes. */
    static List<Set<NodeId>> voters(RaftConfiguration configuration) {
        List<Set<NodeId>> voters = new ArrayList<>(2);
        voters.add(ids(configuration.getCurrentPeers()));
        Set<NodeId> former = ids(configuration.getPreviousPeers());
        if (!former.isEmpty()) {
            voters.add(former);
        }
        return voters;
    }

    private static Set<NodeId> ids(@Nullable Collection<RaftPeer> peers) {
        Set<NodeId> ids = new HashSet<>();
        if (peers != null) {
            peers.forEach(peer -> ids.add(new NodeId(peer.getId().toString())));
        }
        return ids;
    }
}
