package io.omnirelay.transport.http3;

import static io.omnirelay.transport.http3.RawHttp3.head;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnirelay.transport.Await;
import io.omnirelay.transport.LibraryFixture;
import io.omnirelay.transport.TestPki;
import io.omnirelay.transport.TransportLimits;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** REST over HTTP/3, and what is QUIC's own. */
@Timeout(120)
class Http3ListenerTest {
    private static LibraryFixture library;

    @BeforeAll
    static void start() {
        library = new LibraryFixture();
    }

    @AfterAll
    static void stop() {
        library.close();
    }

    private static RawHttp3 connect() throws Exception {
        return new RawHttp3(library.server.httpsPort());
    }

    @Test
    void get_answersAsHttp2Does() throws Exception {
        try (RawHttp3 client = connect();
                HttpClient http2 = HttpClient.newBuilder()
                        .sslContext(TestPki.sslContext(false))
                        .build()) {
            RawHttp3.Answer answer = client.get("/library/books/b1");
            HttpResponse<String> reference = http2.send(
                    HttpRequest.newBuilder(
                                    URI.create("https://localhost:" + library.server.httpsPort() + "/library/books/b1"))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.complete()).isTrue();
            assertThat(answer.headers()).containsEntry("x-omnirelay-transport", "http3;json");
            assertThat(answer.body()).isEqualTo(reference.body());
            reference.headers().map().forEach((name, values) -> {
                if (!name.startsWith(":") && !name.equals("x-omnirelay-transport") && !name.equals("alt-svc")) {
                    assertThat(answer.headers()).containsEntry(name, values.get(0));
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void overTcp_altSvcNamesHttp3(HttpClient.Version version) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(TestPki.sslContext(false))
                .version(version)
                .build()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + library.server.httpsPort() + "/healthz"))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(response.headers().firstValue("alt-svc"))
                    .hasValue("h3=\":" + library.server.httpsPort() + "\"; ma=86400");
        }
    }

    @Test
    void post_bodyLargerThanTheWindow_arrives() throws Exception {
        try (RawHttp3 client = connect()) {
            String text = "x".repeat(700_000);
            RawHttp3.Answer answer = client.post("/library/books", "{\"book\":{\"title\":\"" + text + "\"}}");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body().length()).isGreaterThan(700_000);
        }
    }

    @Test
    void answer_large_isComplete() throws Exception {
        try (RawHttp3 client = connect()) {
            RawHttp3.Answer answer = client.post("/library:behave", "{\"what\":\"big\",\"number\":300000}");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.complete()).isTrue();
            assertThat(answer.body().length()).isGreaterThan(400_000);
        }
    }

    @Test
    void unknownPath_isProblem() throws Exception {
        try (RawHttp3 client = connect()) {
            RawHttp3.Answer answer = client.get("/nowhere");

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
        }
    }

    @Test
    void body_overLimit_isRefusedWhileItComes() throws Exception {
        try (RawHttp3 client = connect()) {
            RawHttp3.Answer answer = client.post("/library/books", "{\"x\":\"" + "x".repeat(1_200_000) + "\"}");

            assertThat(answer.status()).isEqualTo(413);
            assertThat(client.get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void header_overLimit_isRefused() throws Exception {
        try (RawHttp3 client = connect()) {
            RawHttp3.Answer answer = client.send(head("GET", "/healthz").add("x-long", "x".repeat(17_000)), "")
                    .get(30, TimeUnit.SECONDS);

            assertThat(answer.status()).isEqualTo(431);
            assertThat(client.get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void header_farOverLimit_hurtsNobodyElse() throws Exception {
        try (RawHttp3 client = connect();
                RawHttp3 other = connect()) {
            RawHttp3.Answer answer = client.send(head("GET", "/healthz").add("x-long", "x".repeat(100_000)), "")
                    .get(30, TimeUnit.SECONDS);

            assertThat(answer.status()).isNotEqualTo(200);
            assertThat(other.get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void caller_resetsStream_serviceIsTold() throws Exception {
        try (LibraryFixture own = new LibraryFixture();
                RawHttp3 client = new RawHttp3(own.server.httpsPort())) {
            CompletableFuture<RawHttp3.Answer> answer = client.send(
                    head("POST", "/library:behave").add("content-type", "application/json"), "{\"what\":\"never\"}");
            assertThat(own.neverStarted.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(answer).isNotDone();
            // The whole request is sent, so STOP_SENDING is all that is left.
            client.lastStream.shutdownInput(0x10c).sync();

            assertThat(own.cancelled.await(12, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void manyStreams_overTheLimit_allAnswered() throws Exception {
        try (LibraryFixture own = new LibraryFixture(
                        TransportLimits.builder().streamsPerConnectionMax(8).build());
                RawHttp3 client = new RawHttp3(own.server.httpsPort())) {
            // Ten times the limit, one after the other: credit comes back only if every stream is read to its end.
            for (int i = 0; i < 80; i++) {
                assertThat(client.get("/healthz").body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void head_neverComes_streamIsClosed() throws Exception {
        try (LibraryFixture own = new LibraryFixture(TransportLimits.builder()
                        .headerTimeout(Duration.ofMillis(300))
                        .build());
                RawHttp3 client = new RawHttp3(own.server.httpsPort())) {
            CompletableFuture<RawHttp3.Answer> answer = new CompletableFuture<>();
            client.openWithoutHead(answer);

            assertThat(answer.get(8, TimeUnit.SECONDS).complete()).isFalse();
            assertThat(client.get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void connections_tooMany_areClosed() throws Exception {
        try (LibraryFixture own =
                new LibraryFixture(TransportLimits.builder().connectionsMax(2).build())) {
            List<RawHttp3> open = new ArrayList<>();
            try {
                open.add(new RawHttp3(own.server.httpsPort()));
                open.add(new RawHttp3(own.server.httpsPort()));
                RawHttp3 third = new RawHttp3(own.server.httpsPort());
                open.add(third);
                assertThat(third.channel.closeFuture().await(30, TimeUnit.SECONDS))
                        .isTrue();
                Await.until(() -> own.connections.stream().anyMatch(event -> event.contains("connectionsMax")));
                assertThat(open.get(0).get("/healthz").status()).isEqualTo(200);
            } finally {
                open.forEach(RawHttp3::close);
            }
        }
    }

    @Test
    void shutdown_callUnderWay_mayFinish() throws Exception {
        try (LibraryFixture own = new LibraryFixture();
                RawHttp3 client = new RawHttp3(own.server.httpsPort())) {
            CompletableFuture<RawHttp3.Answer> answer = client.send(
                    head("POST", "/library:behave").add("content-type", "application/json"), "{\"what\":\"wait\"}");
            assertThat(own.neverStarted.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Boolean> clean = CompletableFuture.supplyAsync(() -> {
                try {
                    return own.server.shutdown(Duration.ofSeconds(60));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            Await.until(() -> client.goAwayReceived());
            own.gate.countDown();

            assertThat(answer.get(30, TimeUnit.SECONDS).body()).contains("waited");
            assertThat(clean.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void connections_areTold() throws Exception {
        try (RawHttp3 client = connect()) {
            client.get("/healthz");
            assertThat(library.connections).contains("opened http3");
        }
        Await.until(() -> library.connections.contains("closed http3"));
    }

    @Test
    void udpPortTaken_serverGoesOnWithoutHttp3() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
                LibraryFixture own = new LibraryFixture(TransportLimits.defaults(), taken.getLocalPort());
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(TestPki.sslContext(false))
                        .build()) {
            assertThat(own.server.servesHttp3()).isFalse();
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + own.server.httpsPort() + "/healthz"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("alt-svc")).isEmpty();
        }
    }
}
