package io.omnirelay.transport.grpc;

import io.grpc.ManagedChannel;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.client.http3.Http3Channel;

/** Our bridge and our client over HTTP/3. */
class GrpcOverHttp3Test extends GrpcConformanceContract {
    @Override
    protected ManagedChannel connect(InteropFixture to, TlsMaterial tls) {
        return Http3Channel.builder("localhost", to.server.httpsPort()).tls(tls).build();
    }

    @Override
    protected String transport() {
        return "http3";
    }
}
