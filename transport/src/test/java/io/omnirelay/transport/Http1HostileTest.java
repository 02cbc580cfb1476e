package io.omnirelay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that two readers of HTTP/1.1 may read differently, beside a client that is served all the while. */
class Http1HostileTest {
    private static final String LINE = "GET /library/books HTTP/1.1\r\n";
    private static final String HOST = "Host: localhost\r\n";

    private static LibraryFixture library;
    private static HttpClient client;
    private static Bystander bystander;

    @BeforeAll
    static void start() throws Exception {
        library = new LibraryFixture();
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TestPki.sslContext(false))
                .build();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://localhost:" + library.server.httpsPort() + "/library/books/b1"))
                .timeout(Duration.ofSeconds(20))
                .build();
        bystander = new Bystander(
                () -> client.send(request, BodyHandlers.ofString()).statusCode() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        bystander.close();
        client.shutdownNow();
        library.close();
    }

    private static String exchange(String text) throws Exception {
        return RawHttp.exchange(library.server.httpsPort(), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /library/books HTTP/1.1\nHost: localhost\n\n",
                "GET /library/books HTTP/1.1\n" + HOST + "\r\n",
                LINE + HOST + "x: a\ny: b\r\n\r\n",
                LINE + HOST + "x: a\n\nGET /library/books/b1 HTTP/1.1\r\n" + HOST + "\r\n",
                LINE + HOST + "x: a\ry: b\r\n\r\n",
                LINE + HOST + "x: a\u0000b\r\n\r\n",
                LINE + HOST + "x\u0000: a\r\n\r\n",
                LINE + " x: folded\r\n" + HOST + "\r\n",
                LINE + HOST + "Content-Length : 2\r\n\r\n{}",
                LINE + HOST + "Content-Length: +2\r\n\r\n{}",
                LINE + HOST + "Content-Length: 2\r\n 3\r\n\r\n{}",
                LINE + HOST + "Transfer-Encoding: chunked\r\n , gzip\r\n\r\n0\r\n\r\n",
                "POST /library/books HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n"
            })
    void ambiguousLine_isBadRequestAndCloses_othersAreServed(String text) throws Exception {
        String answer = exchange(text);

        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains("connection: close")
                .contains("INVALID_REQUEST");
        assertThat(answer.split("HTTP/1.1 ")).hasSize(2);
        bystander.awaitCalls();
    }

    /** RFC 9112, 5.2: refused, or each fold replaced by spaces before anybody reads the value. */
    @Test
    void foldedValue_isReadAsOneLine() throws Exception {
        String body = "{\"what\":\"registry-error\",\"text\":\"NO_LEADER\"}";
        String answer = exchange("POST /library:behave HTTP/1.1\r\n" + HOST
                + "Idempotency-Key: one\r\n two\r\n\tthree\r\nConnection: close\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);

        assertThat(answer).startsWith("HTTP/1.1 503 ").contains("\"requestId\":\"one two three\"");
        bystander.awaitCalls();
    }
}
