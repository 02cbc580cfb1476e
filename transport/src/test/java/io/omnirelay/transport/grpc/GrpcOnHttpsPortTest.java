package io.omnirelay.transport.grpc;

import io.grpc.ManagedChannel;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.client.OmniRelayChannel;

/** Our bridge on HTTP/2, with grpc-java's client as a witness that nobody here wrote. */
class GrpcOnHttpsPortTest extends GrpcConformanceContract {
    @Override
    protected ManagedChannel connect(InteropFixture to, TlsMaterial tls) {
        return OmniRelayChannel.builder("localhost", to.server.httpsPort())
                .tls(tls)
                .build();
    }

    @Override
    protected String transport() {
        return "grpc;protobuf";
    }
}
