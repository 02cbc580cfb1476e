package io.omnirelay.transport.http3;

import static io.omnirelay.transport.http3.RawHttp3.head;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnirelay.transport.Await;
import io.omnirelay.transport.Bystander;
import io.omnirelay.transport.LibraryFixture;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.grpc.InteropFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers who break off or never finish what they begin, beside one that is served all the while. */
@Timeout(60)
class Http3HostileTest {
    private static final int RESETS_MAX = 100;

    private static InteropFixture server(int resetsMax) {
        Http3Options defaults = Http3Options.defaults();
        Http3Options options = new Http3Options(
                true,
                defaults.streamWindowBytes(),
                defaults.connectionWindowBytes(),
                resetsMax,
                defaults.retryTokenSeconds());
        return new InteropFixture(TransportLimits.defaults(), options, 0);
    }

    @Test
    void streams_answered_areNotCountedAsResets() throws Exception {
        int resetsMax = 10;
        try (InteropFixture own = server(resetsMax);
                RawHttp3 good = new RawHttp3(own.server.httpsPort())) {
            for (int i = 0; i < 5 * resetsMax; i++) {
                assertThat(good.get("/healthz").status()).isEqualTo(200);
            }
            assertThat(good.goAwayReceived()).isFalse();
        }
    }

    @Test
    void streams_openedAndResetInALoop_connectionEnds_othersAreServed() throws Exception {
        try (InteropFixture own = server(RESETS_MAX);
                RawHttp3 good = new RawHttp3(own.server.httpsPort());
                Bystander bystander = new Bystander(() -> good.get("/healthz").status() == 200);
                RawHttp3 attacker = new RawHttp3(own.server.httpsPort())) {
            for (int i = 0; i < RESETS_MAX - 1; i++) {
                attacker.openAndReset(head("POST", "/healthz"));
            }
            bystander.awaitCalls();
            assertThat(attacker.goAwayReceived()).isFalse();
            attacker.openAndReset(head("POST", "/healthz"));

            assertThat(attacker.channel.closeFuture().await(30, TimeUnit.SECONDS))
                    .as("closed by the server")
                    .isTrue();
            assertThat(attacker.goAwayReceived()).isTrue();
            bystander.awaitCalls();
            Await.until(() ->
                    own.connections.stream().filter("closed http3"::equals).count() == 1);
        }
    }

    @Test
    void bodies_neverEnd_areTimedOut_othersAreServed() throws Exception {
        try (LibraryFixture own = new LibraryFixture(TransportLimits.builder()
                        .bodyTimeout(Duration.ofMillis(500))
                        .build());
                RawHttp3 good = new RawHttp3(own.server.httpsPort());
                Bystander bystander = new Bystander(() -> good.get("/healthz").status() == 200);
                RawHttp3 attacker = new RawHttp3(own.server.httpsPort())) {
            List<CompletableFuture<RawHttp3.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(
                        attacker.sendPart(head("POST", "/library/books").add("content-type", "application/json"), "{"));
            }
            bystander.awaitCalls();
            for (CompletableFuture<RawHttp3.Answer> answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS).status()).isEqualTo(408);
                assertThat(answer.get().body()).contains("bodyTimeout");
            }
            bystander.awaitCalls();
            assertThat(attacker.get("/healthz").status()).isEqualTo(200);
        }
    }
}
