package io.omnirelay.transport;

import static io.omnirelay.transport.RawHttp2.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnirelay.transport.http.Http2Floods;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Floods of frames on one HTTP/2 connection end that connection, and nobody else notices. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2FloodTest {
    /** Many times over every limit, and over what the sockets hold. */
    private static final int ENOUGH = 20_000;

    private static final int FRAMES_PER_WRITE = 900;

    private final LibraryFixture library = new LibraryFixture();
    private final HttpClient client =
            HttpClient.newBuilder().sslContext(TestPki.sslContext(false)).build();
    private Bystander bystander;

    @BeforeEach
    void start() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://localhost:" + library.server.httpsPort() + "/library/books/b1"))
                .timeout(Duration.ofSeconds(20))
                .build();
        bystander = new Bystander(
                () -> client.send(request, BodyHandlers.ofString()).statusCode() == 200);
    }

    @AfterEach
    void stop() throws Exception {
        bystander.close();
        client.shutdownNow();
        library.close();
    }

    /** The bystander is served, and still on its first connection. */
    private void nobodyElseIsHurt() throws Exception {
        bystander.awaitCalls();
        assertThat(library.connections.stream().filter("opened http2"::equals)).hasSize(2);
        assertThat(library.connections.stream().filter("closed http2"::equals)).hasSizeLessThan(2);
    }

    private static byte[] get(int stream) {
        return frame(
                RawHttp2.HEADERS,
                RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                stream,
                RawHttp2.head("GET", "/library/books/b1"));
    }

    /** A request that cannot be answered before it is reset, since its body is still to come. */
    private static byte[] begin(int stream) {
        return frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.head("POST", "/library/books"));
    }

    @Test
    void rapidReset_withinTheLimit_isServedOn() throws Exception {
        try (RawHttp2 attacker = new RawHttp2(library.server.httpsPort())) {
            int last = 2 * Http2Floods.RESETS_MAX + 1;
            for (int id = 1; id < last; id += 2) {
                attacker.send(begin(id), RawHttp2.reset(id));
            }
            attacker.send(get(last));

            assertThat(attacker.readStatus(last)).isEqualTo(RawHttp2.STATUS_200);
            bystander.awaitCalls();
        }
    }

    @Test
    void rapidReset_isToldToCalmDownAndClosed() throws Exception {
        try (RawHttp2 attacker = new RawHttp2(library.server.httpsPort())) {
            // Just over the limit: writing on into a closed connection could destroy its last words.
            for (int i = 0; i <= Http2Floods.RESETS_MAX; i++) {
                attacker.send(begin(2 * i + 1), RawHttp2.reset(2 * i + 1));
            }
            assertThat(attacker.readGoAway()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
            Await.until(() -> library.connections.contains("closed http2"));
            nobodyElseIsHurt();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {RawHttp2.SETTINGS, RawHttp2.PING})
    void acknowledgements_notRead_areBounded(int type) throws Exception {
        byte[] one = type == RawHttp2.PING ? frame(type, 0, 0, new byte[8]) : frame(type, 0, 0);
        byte[] many = new byte[one.length * FRAMES_PER_WRITE];
        for (int i = 0; i < FRAMES_PER_WRITE; i++) {
            System.arraycopy(one, 0, many, i * one.length, one.length);
        }
        try (RawHttp2 attacker = new RawHttp2(library.server.httpsPort())) {
            assertThat(attacker.flood(many, ENOUGH)).as("closed by the server").isTrue();
            Await.until(() -> library.connections.contains("closed http2"));
            nobodyElseIsHurt();
        }
    }

    @Test
    void emptyData_endless_isToldToCalmDownAndClosed() throws Exception {
        try (RawHttp2 attacker = new RawHttp2(library.server.httpsPort())) {
            attacker.send(begin(1));
            attacker.send(frame(RawHttp2.DATA, 0, 1), frame(RawHttp2.DATA, 0, 1), frame(RawHttp2.DATA, 0, 1));

            assertThat(attacker.readGoAway()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
            Await.until(() -> library.connections.contains("closed http2"));
            nobodyElseIsHurt();
        }
    }

    @Test
    void continuations_endless_areToldToCalmDownAndClosed() throws Exception {
        try (RawHttp2 attacker = new RawHttp2(library.server.httpsPort())) {
            attacker.send(frame(RawHttp2.HEADERS, 0, 1, RawHttp2.head("GET", "/healthz")));
            for (int i = 0; i < 17; i++) {
                attacker.send(frame(RawHttp2.CONTINUATION, 0, 1));
            }

            assertThat(attacker.readGoAway()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
            Await.until(() -> library.connections.contains("closed http2"));
            nobodyElseIsHurt();
        }
    }
}
