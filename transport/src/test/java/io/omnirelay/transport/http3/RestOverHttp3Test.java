package io.omnirelay.transport.http3;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http3.Http3Headers;
import io.omnirelay.transport.RestOnEveryTransportContract;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
        RawHttp3.Answer answer = client.send(head, ask.body()).get(30, TimeUnit.SECONDS);
        return new Told(answer.status(), answer.headers(), answer.body());
    }

    @Test
    void stream_hasNothingToTellYet_headAndRetryArriveAtOnce() throws Exception {
        Http3Headers head = RawHttp3.head("GET", "/library/books:watch?count=0&then=never");
        head.add("x-head-first", "yes");

        RawHttp3.Answer begun =
                client.beginning(head, "retry: 2000\n\n".length()).get(30, TimeUnit.SECONDS);

        assertThat(begun.status()).isEqualTo(200);
        assertThat(begun.headers()).containsEntry("content-type", "text/event-stream");
        assertThat(begun.body()).isEqualTo("retry: 2000\n\n");
    }

    @Override
    protected String transport() {
        return "http3";
    }
}
