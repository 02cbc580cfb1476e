package io.omnirelay.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Starting, ending, and who may connect. */
class ServerLifecycleTest {
    private final HttpClient client =
            HttpClient.newBuilder().sslContext(TestPki.sslContext(false)).build();

    private static HttpRequest.Builder behave(int port, String what) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/library:behave"))
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofString("{\"what\":\"" + what + "\"}"));
    }

    @Test
    void start_portTaken_namesItAndLeavesNothing() throws Exception {
        try (LibraryFixture library = new LibraryFixture();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int freePort = free.getLocalPort();
            free.close();
            int takenPort = taken.getLocalPort();

            assertThatThrownBy(() -> library.builder(TransportLimits.defaults())
                            .httpsPort(takenPort)
                            .start())
                    .isInstanceOf(BindFailedException.class)
                    .hasMessageContaining("https")
                    .hasMessageContaining("127.0.0.1:" + takenPort);
            assertThatThrownBy(() -> library.builder(TransportLimits.defaults())
                            .httpsPort(freePort)
                            .grpcPort(takenPort)
                            .start())
                    .isInstanceOf(BindFailedException.class)
                    .hasMessageContaining("grpc")
                    .hasMessageContaining("127.0.0.1:" + takenPort);
            try (ServerSocket again = new ServerSocket(freePort, 1, InetAddress.getByName("127.0.0.1"))) {
                assertThat(again.isBound()).isTrue();
            }
        }
    }

    @Test
    void start_somethingMissing_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> OmniRelayServer.builder().start());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OmniRelayServer.builder()
                        .executor(Runnable::run)
                        .tls(TestPki.anonymous())
                        .start());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OmniRelayServer.builder()
                        .executor(Runnable::run)
                        .tls(new TlsMaterial("no PEM", "no PEM", null))
                        .start());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void shutdown_callUnderWay_mayFinish(HttpClient.Version version) throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            int port = library.server.httpsPort();
            CompletableFuture<HttpResponse<String>> response =
                    client.sendAsync(behave(port, "wait").version(version).build(), BodyHandlers.ofString());
            assertThat(library.neverStarted.await(30, SECONDS)).isTrue();
            AtomicReference<Boolean> clean = new AtomicReference<>();
            Thread closer = Thread.startVirtualThread(() -> {
                try {
                    clean.set(library.server.shutdown(Duration.ofSeconds(60)));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Await.until(() -> {
                try (Socket refused = new Socket("localhost", port)) {
                    return false;
                } catch (java.net.ConnectException e) {
                    return true;
                }
            });
            library.gate.countDown();

            assertThat(response.get(30, SECONDS).body()).contains("waited");
            closer.join();
            assertThat(clean.get()).isTrue();
        }
    }

    @Test
    void shutdown_deadlinePasses_isCut() throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            CompletableFuture<HttpResponse<String>> response =
                    client.sendAsync(behave(library.server.httpsPort(), "never").build(), BodyHandlers.ofString());
            assertThat(library.neverStarted.await(30, SECONDS)).isTrue();

            assertThat(library.server.shutdown(Duration.ofMillis(200))).isFalse();
            assertThatThrownBy(() -> response.get(30, SECONDS)).isNotNull();
            assertThat(library.cancelled.await(12, SECONDS)).isTrue();
        }
    }

    @Test
    void connections_tooMany_areClosedUntilOneEnds() throws Exception {
        try (LibraryFixture library =
                new LibraryFixture(TransportLimits.builder().connectionsMax(2).build())) {
            int port = library.server.httpsPort();
            try (SSLSocket first = RawHttp.connect(port);
                    SSLSocket second = RawHttp.connect(port)) {
                assertThatThrownBy(() -> RawHttp.connect(port)).isInstanceOf(java.io.IOException.class);
                assertThat(library.connections).anyMatch(event -> event.contains("connectionsMax"));
                first.close();
                Await.until(() -> {
                    try (SSLSocket next = RawHttp.connect(port)) {
                        return true;
                    } catch (java.io.IOException e) {
                        return false;
                    }
                });
                assertThat(second.isConnected()).isTrue();
            }
        }
    }

    @Test
    void certificate_ofAnotherAuthority_isRefused() throws Exception {
        try (LibraryFixture library = new LibraryFixture();
                HttpClient stranger = HttpClient.newBuilder()
                        .sslContext(TestPki.strangersContext())
                        .build()) {
            assertThatThrownBy(() -> stranger.send(
                            behave(library.server.httpsPort(), "caller").build(), BodyHandlers.ofString()))
                    .isInstanceOf(java.io.IOException.class);
            Await.until(() -> library.connections.stream().anyMatch(event -> event.startsWith("refused UNKNOWN_CA")));
        }
    }

    @Test
    void session_resumed_keepsTheIdentity() throws Exception {
        SSLContext context = TestPki.sslContext(true);
        try (LibraryFixture library = new LibraryFixture()) {
            for (int i = 0; i < 4; i++) {
                String body = "{\"what\":\"caller\"}";
                try (SSLSocket socket =
                        (SSLSocket) context.getSocketFactory().createSocket("localhost", library.server.httpsPort())) {
                    RawHttp.send(
                            socket,
                            "POST /library:behave HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body);
                    assertThat(RawHttp.readAll(socket)).as("connection %s", i).contains(TestPki.CLIENT_ID);
                }
            }
        }
    }

    @Test
    void tls12_isRefused() throws Exception {
        try (LibraryFixture library = new LibraryFixture();
                SSLSocket socket = (SSLSocket) TestPki.sslContext(false)
                        .getSocketFactory()
                        .createSocket("localhost", library.server.httpsPort())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void connections_areTold() throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            RawHttp.exchange(library.server.httpsPort(), RawHttp.get("/healthz"));
            Await.until(() -> library.connections.contains("closed http1.1"));
            assertThat(library.connections).contains("opened http1.1");
        }
    }
}
