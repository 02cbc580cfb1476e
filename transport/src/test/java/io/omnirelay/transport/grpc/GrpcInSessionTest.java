package io.omnirelay.transport.grpc;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.client.OmniRelayChannel;
import io.omnirelay.transport.client.http3.Http3Channel;
import io.omnirelay.transport.client.session.SessionChannel;
import io.omnirelay.transport.client.session.SessionOptions;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/** Unary calls that travel together mean what calls by themselves mean. */
class GrpcInSessionTest {
    /** Every call waits for the session, and large ones travel in it, too. */
    private static final SessionOptions ALL_IN_SESSIONS =
            new SessionOptions(1_024, 256, 256 << 10, 500 << 10, 16 << 20, Duration.ofSeconds(10), true);

    private static SessionChannel session(ManagedChannel channel) {
        return new SessionChannel(channel, ALL_IN_SESSIONS, Metadata::new);
    }

    @Nested
    class OverHttp2 extends GrpcConformanceContract {
        @Override
        protected ManagedChannel connect(InteropFixture to, TlsMaterial tls) {
            return OmniRelayChannel.builder("localhost", to.server.grpcPort())
                    .tls(tls)
                    .build();
        }

        @Override
        protected Channel over(ManagedChannel made) {
            return session(made);
        }

        @Override
        protected String transport() {
            return "grpc;protobuf";
        }

        @Override
        protected io.grpc.Status.Code inflatedOverLimit() {
            return io.grpc.Status.Code.UNKNOWN;
        }
    }

    @Nested
    class OverHttp3 extends GrpcConformanceContract {
        @Override
        protected ManagedChannel connect(InteropFixture to, TlsMaterial tls) {
            return Http3Channel.builder("localhost", to.server.httpsPort())
                    .tls(tls)
                    .build();
        }

        @Override
        protected Channel over(ManagedChannel made) {
            return session(made);
        }

        @Override
        protected String transport() {
            return "http3";
        }
    }
}
