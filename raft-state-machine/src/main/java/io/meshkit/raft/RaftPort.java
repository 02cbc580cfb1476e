package io.meshkit.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Optional;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Stands at the Raft port: lets only the members' protocol in, and only of those whose certificates hold with every
 * message ({@link PeerGate}), no more of a commit than a leader can vouch for ({@link CommitCeiling}), and no reply out
 * before the term and vote that it rests on are durable. It sees when a leader's streams end ({@link LeaderStreams}).
 *
 * <p>Ratis offers its client and admin services on the same port and authorizes nobody: with a member's certificate
 * one could write past the domain's edge or change the membership. Ours are called in-process, so these services
 * are closed.
 */
final class RaftPort implements GrpcServices.Customizer {
    private final TermVoteGuard guard;
    private final LeaderStreams streams;
    private final @Nullable PeerStanding standing;

    /** @param standing empty: whoever TLS lets in may take part for as long as the connection lives */
    RaftPort(TermVoteGuard guard, LeaderStreams streams, Optional<PeerStanding> standing) {
        this.guard = guard;
        this.streams = streams;
        this.standing = standing.orElse(null);
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
                return refused(call, "the Raft port serves the members' protocol only");
            }
            PeerGate gate = null;
            if (standing != null) {
                gate = PeerGate.of(standing, call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION))
                        .orElse(null);
                Optional<String> objection =
                        gate == null ? Optional.of("a member shows a certificate") : gate.objection();
                if (objection.isPresent()) {
                    return refused(call, objection.get());
                }
            }
            Replies<ReqT, RespT> replies = new Replies<>(call);
            return new Requests<>(next.startCall(replies, headers), replies, gate, streams.begin());
        }

        private static <Q, R> ServerCall.Listener<Q> refused(ServerCall<Q, R> call, String why) {
            call.close(Status.PERMISSION_DENIED.withDescription(why), new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }

    private static final class Requests<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Replies<Q, ?> replies;
        private final @Nullable PeerGate gate;
        private final LeaderStreams.Stream stream;

        Requests(
                ServerCall.Listener<Q> listener,
                Replies<Q, ?> replies,
                @Nullable PeerGate gate,
                LeaderStreams.Stream stream) {
            super(listener);
            this.replies = replies;
            this.gate = gate;
            this.stream = stream;
        }

        @Override
        @SuppressWarnings("unchecked") // The same type comes out as went in.
        public void onMessage(Q message) {
            Optional<String> objection = gate == null ? Optional.empty() : gate.objection();
            if (objection.isPresent()) {
                replies.refuse(objection.get());
                return;
            }
            if (message instanceof AppendEntriesRequestProto append) {
                stream.carries(append);
                super.onMessage((Q) CommitCeiling.of(append));
            } else {
                super.onMessage(message);
            }
        }

        @Override
        public void onHalfClose() {
            stream.ended();
            super.onHalfClose();
        }

        @Override
        public void onCancel() {
            stream.ended();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            stream.ended();
            super.onComplete();
        }
    }

    private final class Replies<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {
        private boolean closed;
        /** Ratis may still answer, from any thread, what came before. */
        private boolean refused;

        Replies(ServerCall<ReqT, RespT> call) {
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
            synchronized (this) {
                if (!refused) {
                    super.sendMessage(message);
                }
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (!closed) {
                closed = true;
                super.close(status, trailers);
            }
        }

        /** Ends the call. */
        synchronized void refuse(String why) {
            close(Status.PERMISSION_DENIED.withDescription(why), new Metadata());
            refused = true;
        }
    }
}
