package io.omnirelay.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slow callers: each test shortens the one limit that it is about. */
class TimeoutsTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    /** Than the defaults of the handshake's time and the head's are over. */
    private static final int SOONER_MS = 8_000;

    private final HttpClient client =
            HttpClient.newBuilder().sslContext(TestPki.sslContext(false)).build();

    @AfterEach
    void stop() {
        client.shutdownNow();
    }

    private static LibraryFixture library(UnaryOperator<TransportLimits.Builder> limits) {
        return new LibraryFixture(limits.apply(TransportLimits.builder()).build());
    }

    private static URI uri(LibraryFixture library, String path) {
        return URI.create("https://localhost:" + library.server.httpsPort() + path);
    }

    @Test
    void handshake_neverBegun_isClosed() throws Exception {
        try (LibraryFixture library = library(limits -> limits.handshakeTimeout(SHORT));
                Socket socket = new Socket("localhost", library.server.httpsPort())) {
            socket.setSoTimeout(SOONER_MS);

            assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(100);
            assertThat(library.connections).anyMatch(event -> event.startsWith("refused TIMEOUT"));
        }
    }

    @Test
    void header_trickled_isTimedOut() throws Exception {
        try (LibraryFixture library = library(limits -> limits.headerTimeout(SHORT));
                SSLSocket socket = RawHttp.connect(library.server.httpsPort())) {
            socket.setSoTimeout(SOONER_MS);
            RawHttp.send(socket, "GET /healthz HTTP/1.1\r\n");
            CountDownLatch answered = new CountDownLatch(1);
            Thread trickle = Thread.startVirtualThread(() -> {
                try {
                    while (!answered.await(20, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                        RawHttp.send(socket, "x");
                    }
                } catch (IOException | InterruptedException e) {
                    // The server has closed: what the test waits for.
                }
            });

            assertThat(RawHttp.readAll(socket)).startsWith("HTTP/1.1 408 ").contains("headerTimeout");
            answered.countDown();
            trickle.join();
        }
    }

    @Test
    void body_neverEnds_isTimedOut() throws Exception {
        try (LibraryFixture library = library(limits -> limits.bodyTimeout(SHORT));
                SubmissionPublisher<ByteBuffer> endless = new SubmissionPublisher<>()) {
            assertThat(RawHttp.exchange(
                            library.server.httpsPort(),
                            "POST /library/books HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"))
                    .startsWith("HTTP/1.1 408 ")
                    .contains("bodyTimeout");

            CompletableFuture<HttpResponse<String>> response = client.sendAsync(
                    HttpRequest.newBuilder(uri(library, "/library/books/b1"))
                            .PUT(BodyPublishers.fromPublisher(endless))
                            .build(),
                    BodyHandlers.ofString());
            Await.until(() -> endless.getNumberOfSubscribers() > 0);
            endless.submit(ByteBuffer.wrap(new byte[] {'{'}));
            assertThat(response.get(20, SECONDS).statusCode()).isEqualTo(408);
        }
    }

    @Test
    void connection_idle_isClosed() throws Exception {
        try (LibraryFixture library = library(limits -> limits.idleTimeout(SHORT))) {
            try (SSLSocket socket = RawHttp.connect(library.server.httpsPort())) {
                assertThat(RawHttp.readAll(socket)).isEmpty();
            }
            // Who is slow on a busy machine is taken for idle before it has asked: then once more.
            Await.until(() -> {
                try (SSLSocket socket = RawHttp.connect(library.server.httpsPort())) {
                    RawHttp.send(socket, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
                    return RawHttp.readAll(socket).startsWith("HTTP/1.1 200 ");
                } catch (IOException e) {
                    return false;
                }
            });
            Await.until(() -> {
                try {
                    return client.send(
                                            HttpRequest.newBuilder(uri(library, "/healthz"))
                                                    .build(),
                                            BodyHandlers.ofString())
                                    .statusCode()
                            == 200;
                } catch (IOException e) {
                    return false;
                }
            });
            Await.until(() -> library.connections.contains("closed http2"));
        }
    }

    @Test
    void connection_withACallUnderWay_isNotIdle() throws Exception {
        try (LibraryFixture library = library(limits -> limits.idleTimeout(Duration.ofSeconds(1)))) {
            CompletableFuture<HttpResponse<String>> response = client.sendAsync(
                    HttpRequest.newBuilder(uri(library, "/library:behave"))
                            .header("x-meshkit-timeout", "3s")
                            .POST(BodyPublishers.ofString("{\"what\":\"never\"}"))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(response.get(12, SECONDS).statusCode()).isEqualTo(504);
        }
    }

    @Test
    void answer_notTaken_isCut() throws Exception {
        String body = "{\"what\":\"big\",\"number\":30000000}";
        try (LibraryFixture library = library(limits -> limits.writeTimeout(SHORT));
                SSLSocket socket = RawHttp.connect(library.server.httpsPort())) {
            RawHttp.send(
                    socket,
                    "POST /library:behave HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n"
                            + body);

            Await.until(SECONDS.toNanos(20), () -> library.connections.contains("closed http1.1"));
            Await.until(() -> library.summaries.stream().anyMatch(s -> s.httpStatus() == 0));
        }
    }
}
