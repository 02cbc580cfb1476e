package io.meshkit.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;

/**
 * Stands at the Raft port: lets only the members' protocol in, no more of a commit than a leader can vouch for
 * ({@link CommitCeiling}), and no reply out before the term and vote that it rests on are durable.
 *
 * <p>Ratis offers its client and admin services on the same port and authorizes nobody: with a member's certificate
 * one could write past the domain's edge or change the membership. Ours are called in-process, so these services
 * are closed.
 */
final class RaftPort implements GrpcServices.Customizer {
    private final TermVoteGuard guard;

    RaftPort(TermVoteGuard guard) {
        this.guard = guard;
    }

    @Override
    public NettyServerBuilder customize(NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
        return builder.intercept(new Interceptor());
    }

    private final class Interceptor implements ServerInterceptor {
        @Override
        public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
                ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
            String service = call.getMethodDescriptor().getServiceName();
            if (!RaftServerProtocolServiceGrpc.SERVICE_NAME.equals(service)) {
                call.close(
                        Status.PERMISSION_DENIED.withDescription("the Raft port serves the members' protocol only"),
                        new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return new BoundedCommits<>(next.startCall(new DurableReplies<>(call), headers));
        }
    }

    private static final class BoundedCommits<Q> extends SimpleForwardingServerCallListener<Q> {
        BoundedCommits(ServerCall.Listener<Q> listener) {
            super(listener);
        }

        @Override
        @SuppressWarnings("unchecked") // The same type comes out as went in.
        public void onMessage(Q message) {
            super.onMessage(
                    message instanceof AppendEntriesRequestProto append ? (Q) CommitCeiling.of(append) : message);
        }
    }

    private final class DurableReplies<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
        DurableReplies(ServerCall<ReqT, RespT> call) {
            super(call);
        }

        @Override
        public void sendMessage(RespT message) {
            try {
                guard.ensureDurable();
            } catch (IOException e) {
                // Ratis serializes what is thrown here, which a gRPC status is not fit for.
                throw new UncheckedIOException(e);
            }
            super.sendMessage(message);
        }
    }
}
