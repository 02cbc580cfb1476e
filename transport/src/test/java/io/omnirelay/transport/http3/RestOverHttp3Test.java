package io.omnirelay.transport.http3;

import io.netty.handler.codec.http3.Http3Headers;
import io.omnirelay.transport.RestOnEveryTransportContract;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RestOverHttp3Test extends RestOnEveryTransportContract {
    private RawHttp3 client;

    @BeforeAll
    void connect() throws Exception {
        client = new RawHttp3(library.server.httpsPort());
    }

    @AfterAll
    void disconnect() {
        client.close();
    }

    @Override
    protected Told send(Ask ask) throws Exception {
        Http3Headers head = RawHttp3.head(ask.method(), ask.path());
        ask.headers().forEach(head::add);
        RawHttp3.Answer answer = client.send(head, ask.body()).get(15, TimeUnit.SECONDS);
        return new Told(answer.status(), answer.headers(), answer.body());
    }

    @Override
    protected String transport() {
        return "http3";
    }
}
