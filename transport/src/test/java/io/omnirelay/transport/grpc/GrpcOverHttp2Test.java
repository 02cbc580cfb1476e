package io.omnirelay.transport.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.client.OmniRelayChannel;

/** grpc-java's server and client, each other's counterpart. */
class GrpcOverHttp2Test extends GrpcConformanceContract {
    @Override
    protected ManagedChannel connect(InteropFixture to, TlsMaterial tls) {
        return OmniRelayChannel.builder("localhost", to.server.grpcPort())
                .tls(tls)
                .build();
    }

    @Override
    protected String transport() {
        return "grpc;protobuf";
    }

    /** grpc-java's server inflates no further either, but calls it what it calls every message it cannot parse. */
    @Override
    protected Status.Code inflatedOverLimit() {
        return Status.Code.UNKNOWN;
    }
}
