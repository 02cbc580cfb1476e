package io.meshkit.raft;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis's gRPC, with its log appenders made known to a {@link CommitSpreader}. Ratis makes an instance by the class's
 * name; what belongs to one replica comes in the parameters.
 */
public final class ReplicaRpcType implements RpcType {
    private static final String SPREADER = "meshkit.commit.spreader";

    /** For Ratis. */
    public ReplicaRpcType() {}

    static void setSpreader(Parameters parameters, CommitSpreader spreader) {
        parameters.put(SPREADER, spreader, CommitSpreader.class);
    }

    @Override
    public String name() {
        return ReplicaRpcType.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
        return new Factory(parameters, parameters.getNonNull(SPREADER, CommitSpreader.class));
    }

    private static final class Factory extends GrpcFactory {
        private final CommitSpreader spreader;

        Factory(Parameters parameters, CommitSpreader spreader) {
            super(parameters);
            this.spreader = spreader;
        }

        @Override
        public LogAppender newLogAppender(RaftServer.Division server, LeaderState state, FollowerInfo follower) {
            LogAppender appender = super.newLogAppender(server, state, follower);
            spreader.add(appender);
            return appender;
        }
    }
}
