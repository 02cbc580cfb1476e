package io.omnirelay.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Server-streaming calls as server-sent events. */
class EventStreamTest {
    private final LibraryFixture library = new LibraryFixture();
    private final HttpClient client =
            HttpClient.newBuilder().sslContext(TestPki.sslContext(false)).build();

    @AfterEach
    void stop() {
        client.shutdownNow();
        library.close();
    }

    private HttpRequest.Builder watch(String query) {
        return HttpRequest.newBuilder(
                URI.create("https://localhost:" + library.server.httpsPort() + "/library/books:watch" + query));
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void stream_ends_allEventsCame(HttpClient.Version version) throws Exception {
        HttpResponse<Stream<String>> response =
                client.send(watch("?count=300").version(version).build(), BodyHandlers.ofLines());

        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
        assertThat(response.headers().firstValue("x-omnirelay-transport")).isPresent();
        assertThat(response.body().filter(line -> line.startsWith("data: {\"etag\":\"\",\"revision\":")))
                .hasSize(300)
                .last()
                .asString()
                .contains("\"revision\":300");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void stream_hasNothingToTellYet_headAndRetryArriveAtOnce(HttpClient.Version version) throws Exception {
        HttpResponse<Stream<String>> response = client.send(
                watch("?count=0&then=never")
                        .header("x-head-first", "yes")
                        .version(version)
                        .build(),
                BodyHandlers.ofLines());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
        try (Stream<String> lines = response.body()) {
            assertThat(lines.findFirst()).hasValue("retry: 2000");
        }
        assertThat(library.cancelled.await(12, SECONDS)).isTrue();
    }

    @Test
    void stream_failsAfterItsHead_endsWithAnErrorEvent() throws Exception {
        String body = client.send(
                        watch("?count=0&then=fail")
                                .header("x-head-first", "yes")
                                .build(),
                        BodyHandlers.ofString())
                .body();

        assertThat(body).startsWith("retry: 2000\n\nevent: error\ndata: {").contains("\"code\":\"COMPACTED\"");
    }

    @Test
    void stream_failsLate_endsWithAnErrorEvent() throws Exception {
        String body = client.send(watch("?count=1&then=fail").build(), BodyHandlers.ofString())
                .body();

        assertThat(body).contains("data: {").contains("event: error\ndata: {").contains("\"code\":\"COMPACTED\"");
    }

    @Test
    void stream_failsAtOnce_isAProblem() throws Exception {
        HttpResponse<String> response = client.send(watch("?then=fail").build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(410);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
    }

    @Test
    void stream_callerGoes_theServiceIsCancelled() throws Exception {
        HttpResponse<Stream<String>> response =
                client.send(watch("?count=1&then=never").build(), BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
            assertThat(lines.findFirst()).isPresent();
        }

        assertThat(library.cancelled.await(12, SECONDS)).isTrue();
    }

    @Test
    void stream_pilesUp_isCut() throws Exception {
        try (LibraryFixture strict = new LibraryFixture(
                        TransportLimits.builder().unsentBytesMax(64 << 10).build());
                SSLSocket socket = RawHttp.connect(strict.server.httpsPort())) {
            RawHttp.send(socket, RawHttp.get("/library/books:watch?count=500000&then=never"));

            Await.until(() -> strict.connections.contains("closed http1.1"));
            assertThat(strict.cancelled.await(12, SECONDS)).isTrue();
        }
    }

    @Test
    void stream_otherMediaType_isNotAcceptable() throws Exception {
        assertThat(client.send(
                                watch("")
                                        .header("accept", "application/x-protobuf")
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(406);
    }
}
