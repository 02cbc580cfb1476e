package io.omnirelay.transport.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnirelay.test.v1.SimpleRequest;
import io.omnirelay.test.v1.SimpleResponse;
import io.omnirelay.transport.LibraryFixture;
import io.omnirelay.transport.TestPki;
import io.omnirelay.transport.grpc.InteropFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tech.kwik.flupke.Http3ClientBuilder;

/** HTTP/3 as flupke speaks it: QUIC, TLS and QPACK in plain Java, nothing of it shared with the server. */
@Timeout(60)
class FlupkeIT {
    private static HttpClient client() {
        return ((Http3ClientBuilder) new Http3ClientBuilder().connectTimeout(Duration.ofSeconds(10)))
                .trustManager(TestPki.trustManager())
                .build();
    }

    private static HttpRequest.Builder to(int port, String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    @Test
    void get_isAnswered() throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            HttpResponse<String> answer = client().send(
                            to(library.server.httpsPort(), "/library/books/b1").build(), BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-omnirelay-transport")).hasValue("http3;json");
            assertThat(answer.body()).contains("\"id\":\"b1\"");
        }
    }

    @Test
    void post_isAnswered() throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            String title = "t".repeat(300_000);
            HttpResponse<String> answer = client().send(
                            to(library.server.httpsPort(), "/library/books")
                                    .header("content-type", "application/json")
                                    .POST(BodyPublishers.ofString("{\"book\":{\"title\":\"" + title + "\"}}"))
                                    .build(),
                            BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains(title);
        }
    }

    @Test
    void events_areStreamed() throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            HttpResponse<String> answer = client().send(
                            to(library.server.httpsPort(), "/library/books:watch?count=3")
                                    .build(),
                            BodyHandlers.ofString());

            assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
            assertThat(answer.body().lines().filter(line -> line.startsWith("data: ")))
                    .hasSize(3);
        }
    }

    @Test
    void unknownPath_isProblem() throws Exception {
        try (LibraryFixture library = new LibraryFixture()) {
            HttpResponse<String> answer =
                    client().send(to(library.server.httpsPort(), "/nowhere").build(), BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        }
    }

    @Test
    void grpc_message_isFramed() throws Exception {
        try (InteropFixture server = new InteropFixture()) {
            byte[] message =
                    SimpleRequest.newBuilder().setResponseSize(70_000).build().toByteArray();
            byte[] frame = ByteBuffer.allocate(5 + message.length)
                    .put((byte) 0)
                    .putInt(message.length)
                    .put(message)
                    .array();
            HttpResponse<byte[]> answer = client().send(
                            to(server.server.httpsPort(), "/omnirelay.test.v1.InteropService/UnaryCall")
                                    .header("content-type", "application/grpc")
                                    .header("te", "trailers")
                                    .POST(BodyPublishers.ofByteArray(frame))
                                    .build(),
                            BodyHandlers.ofByteArray());

            assertThat(answer.headers().firstValue("content-type")).hasValue("application/grpc");
            ByteBuffer body = ByteBuffer.wrap(answer.body());
            assertThat(body.get()).isZero();
            assertThat(body.getInt()).isEqualTo(body.remaining());
            SimpleResponse response =
                    SimpleResponse.parseFrom(Arrays.copyOfRange(answer.body(), 5, answer.body().length));
            assertThat(response.getPayload().size()).isEqualTo(70_000);
            assertThat(response.getTransport()).contains("http3");
        }
    }

    @Test
    void serverOfAnotherAuthority_isNotTrusted() {
        try (LibraryFixture library = new LibraryFixture()) {
            HttpClient strict = new Http3ClientBuilder()
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();

            assertThatThrownBy(() -> strict.send(
                            to(library.server.httpsPort(), "/healthz").build(), BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }
}
