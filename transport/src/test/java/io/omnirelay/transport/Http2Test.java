package io.omnirelay.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits and large bodies over HTTP/2. */
class Http2Test {
    private final LibraryFixture library =
            new LibraryFixture(TransportLimits.builder().headerBytesMax(4096).build());
    private final HttpClient client =
            HttpClient.newBuilder().sslContext(TestPki.sslContext(false)).build();

    @AfterEach
    void stop() {
        client.shutdownNow();
        library.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + library.server.httpsPort() + path))
                .timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void streams_many_areAnsweredEach() throws Exception {
        send(to("/healthz"));
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(client.sendAsync(to("/library/books/b" + i).build(), BodyHandlers.ofString()));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(answers.get(i).get(30, SECONDS).body()).contains("\"id\":\"b" + i + "\"");
        }
        assertThat(library.connections.stream().filter("opened http2"::equals)).hasSize(1);
    }

    @Test
    void body_large_isReadAndAnswered() throws Exception {
        String title = "x".repeat(900_000);

        HttpResponse<String> response =
                send(to("/library/books/b1").PUT(BodyPublishers.ofString("{\"title\":\"" + title + "\"}")));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains(title);
    }

    @Test
    void body_announcedTooLarge_isRefusedAndTheConnectionLives() throws Exception {
        HttpResponse<String> response =
                send(to("/library/books/b1").PUT(BodyPublishers.ofByteArray(new byte[8 << 20])));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).contains("LIMIT_EXCEEDED");
        assertThat(send(to("/library/books/b1")).statusCode()).isEqualTo(200);
        assertThat(library.connections.stream().filter("opened http2"::equals)).hasSize(1);
    }

    @Test
    void body_unannouncedTooLarge_isRefused() throws Exception {
        byte[] part = new byte[64 << 10];
        HttpResponse<String> response =
                send(to("/library/books/b1").PUT(BodyPublishers.ofByteArrays(java.util.Collections.nCopies(64, part))));

        assertThat(response.statusCode()).isEqualTo(413);
    }

    @Test
    void header_tooLarge_isRefused() throws Exception {
        send(to("/healthz"));
        HttpRequest request =
                to("/library/books/b1").header("x-big", "a".repeat(6000)).build();
        try {
            assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(431);
        } catch (java.io.IOException e) {
            // The client itself keeps to the size that the server has announced.
            assertThat(e).hasMessageContaining("header");
        }
        assertThat(send(to("/library/books/b1")).statusCode()).isEqualTo(200);
    }

    @Test
    void answer_large_comesWhole() throws Exception {
        byte[] answer = client.send(
                        to("/library:behave")
                                .header("accept", "application/x-protobuf")
                                .POST(BodyPublishers.ofString("{\"what\":\"big\",\"number\":5000000}"))
                                .build(),
                        BodyHandlers.ofByteArray())
                .body();

        assertThat(io.omnirelay.test.v1.BehaveResponse.parseFrom(answer)
                        .getData()
                        .size())
                .isEqualTo(5_000_000);
    }
}
