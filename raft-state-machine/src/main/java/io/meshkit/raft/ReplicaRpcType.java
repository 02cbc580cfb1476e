package io.meshkit.raft;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.grpc.GrpcUtil;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.grpc.server.GrpcServicesImpl;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.OpenSslSessionContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * Ratis's gRPC, with its log appenders made known to a {@link CommitSpreader}, and without TLS sessions that are taken
 * up again: on such a connection nobody would ask whether the certificate still holds. Ratis makes an instance by the class's
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
        private final Parameters parameters;
        private final CommitSpreader spreader;

        Factory(Parameters parameters, CommitSpreader spreader) {
            super(parameters);
            this.parameters = parameters;
            this.spreader = spreader;
        }

        @Override
        public GrpcServices newRaftServerRpc(RaftServer server) {
            GrpcServicesImpl.Builder services = GrpcServicesImpl.newBuilder()
                    .setServer(server)
                    .setCustomizer(GrpcConfigKeys.Server.servicesCustomizer(parameters));
            @Nullable GrpcTlsConfig tls = GrpcConfigKeys.TLS.conf(parameters);
            if (tls != null) {
                services.setServerSslContextForServer(unresumed(GrpcUtil.buildSslContextForServer(tls)))
                        .setServerSslContextForClient(unresumed(GrpcUtil.buildSslContextForClient(tls)));
            }
            return services.build();
        }

        private static SslContext unresumed(SslContext context) {
            ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
            return context;
        }

        @Override
        public LogAppender newLogAppender(RaftServer.Division server, LeaderState state, FollowerInfo follower) {
            LogAppender appender = super.newLogAppender(server, state, follower);
            spreader.add(appender);
            return appender;
        }
    }
}
