package io.meshkit.raft;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.ratis.client.impl.ClientProtoUtils;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;

/** The division as {@link LeaderWatch} sees it. */
final class RatisFollower implements LeaderWatch.Self {
    private final RaftServer server;
    private final RaftServer.Division division;
    private final RatisLeadership leadership;

    RatisFollower(RaftServer server, RaftServer.Division division, RatisLeadership leadership) {
        this.server = server;
        this.division = division;
        this.leadership = leadership;
    }

    @Override
    public LeaderWatch.View view() {
        DivisionInfo info = division.getInfo();
        // The term first: with a newer one that comes meanwhile, the leader is another or none.
        long term = info.getCurrentTerm();
        List<Set<NodeId>> voters = RatisLeadership.voters(division.getRaftConf());
        NodeId id = new NodeId(division.getId().toString());
        @Nullable TermIndex last = division.getRaftLog().getLastEntryTermIndex();
        return new LeaderWatch.View(
                term,
                leadership.leader(),
                info.isFollower() && voters.getFirst().contains(id),
                voters,
                last == null ? -1 : last.getTerm(),
                last == null ? -1 : last.getIndex());
    }

    @Override
    public Optional<Member> find(NodeId member) {
        return RatisPeers.membership(division.getRaftConf()).find(member);
    }

    /**
     * As a leader that hands over would ask for it. Ratis looks again, under its lock, that this member follows that
     * leader and that no newer term has begun than that of the entry named: so a leader that has come meanwhile is
     * safe. It refuses a member that has no entry of the leader's term yet.
     */
    @Override
    public boolean stand(NodeId leader) throws IOException {
        @Nullable TermIndex last = division.getRaftLog().getLastEntryTermIndex();
        if (last == null) {
            return false;
        }
        RaftGroupMemberId from = RaftGroupMemberId.valueOf(
                RatisSettings.peerId(leader), division.getMemberId().getGroupId());
        return server.startLeaderElection(StartLeaderElectionRequestProto.newBuilder()
                        .setServerRequest(ClientProtoUtils.toRaftRpcRequestProtoBuilder(from, division.getId()))
                        .setLeaderLastEntry(last.toProto())
                        .build())
                .getServerReply()
                .getSuccess();
    }
}
