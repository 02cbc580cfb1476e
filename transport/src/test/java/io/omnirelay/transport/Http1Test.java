package io.omnirelay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 as no well-behaved client speaks it. */
class Http1Test {
    private static final String HOST = "Host: localhost\r\n";
    private static LibraryFixture library;

    @BeforeAll
    static void start() {
        library = new LibraryFixture(TransportLimits.builder()
                .requestBodyBytesMax(2048)
                .headerBytesMax(1024)
                .uriBytesMax(256)
                .build());
    }

    @AfterAll
    static void stop() {
        library.close();
    }

    private static String exchange(String text) throws Exception {
        return RawHttp.exchange(library.server.httpsPort(), text);
    }

    private static SSLSocket connect() throws Exception {
        return RawHttp.connect(library.server.httpsPort());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\r\n\r\n",
                "GET\r\n\r\n",
                "GET / HTTP/banana\r\n" + HOST + "\r\n",
                "GET /library/books HTTP/1.1\r\n\r\n",
                "GET /library/books HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET library HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /library/books HTTP/1.1\r\n" + HOST + "bad header line\r\n\r\n",
                "GET /library/books HTTP/1.1\r\n" + HOST + "a b: c\r\n\r\n",
                "POST /library/books HTTP/1.1\r\n" + HOST + "Content-Length: -1\r\n\r\n",
                "POST /library/books HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "POST /library/books HTTP/1.1\r\n" + HOST
                        + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /library/books HTTP/1.1\r\n" + HOST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /library/books HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
            })
    void malformed_isBadRequestAndCloses(String text) throws Exception {
        String answer = exchange(text);

        assertThat(answer).startsWith("HTTP/1.1 400 ");
        assertThat(answer.toLowerCase(java.util.Locale.ROOT)).contains("connection: close");
        assertThat(answer).contains("application/problem+json").contains("INVALID_REQUEST");
        assertThat(answer.split("HTTP/1.1 ")).hasSize(2);
    }

    @Test
    void uri_tooLong_is414() throws Exception {
        assertThat(exchange(RawHttp.get("/" + "a".repeat(300))))
                .startsWith("HTTP/1.1 414 ")
                .contains("uriBytesMax");
        assertThat(exchange(RawHttp.get("/" + "a".repeat(100_000)))).startsWith("HTTP/1.1 414 ");
    }

    @Test
    void header_tooLarge_is431() throws Exception {
        assertThat(exchange("GET / HTTP/1.1\r\n" + HOST + "x: " + "a".repeat(2000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("headerBytesMax");
    }

    @Test
    void body_announcedTooLarge_is413AtOnce() throws Exception {
        assertThat(exchange("POST /library/books HTTP/1.1\r\n" + HOST
                        + "Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ")
                .contains("requestBodyBytesMax");
    }

    @Test
    void body_chunkedTooLarge_is413() throws Exception {
        String chunk = "400\r\n" + "x".repeat(1024) + "\r\n";
        assertThat(exchange("POST /library/books HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"
                        + chunk.repeat(40)))
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void body_chunked_isRead() throws Exception {
        String answer = exchange("POST /library/books HTTP/1.1\r\n" + HOST
                + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "9;ext=1\r\n{\"book\":{\r\nb\r\n\"id\":\"b7\"}}\r\n0\r\nTrailer: x\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("\"id\":\"b7\"");
    }

    @Test
    void expectContinue_isAnsweredBeforeTheBody() throws Exception {
        try (SSLSocket socket = connect()) {
            RawHttp.send(
                    socket,
                    "PUT /library/books/b1 HTTP/1.1\r\n" + HOST
                            + "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(RawHttp.readUntil(socket, "\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            RawHttp.send(socket, "{}");
            assertThat(RawHttp.readAll(socket)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void expect_anythingElse_is417() throws Exception {
        assertThat(exchange("PUT /library/books/b1 HTTP/1.1\r\n" + HOST
                        + "Expect: miracles\r\nContent-Length: 2\r\n\r\n{}"))
                .startsWith("HTTP/1.1 417 ");
    }

    @Test
    void pipelined_areAnsweredInOrder() throws Exception {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            requests.append("GET /library/books/b").append(i).append(" HTTP/1.1\r\n" + HOST + "\r\n");
        }
        requests.append("POST /library/books HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\n{}");
        String answer = exchange(requests + RawHttp.get("/library/books/last"));

        String[] answers = answer.split("HTTP/1.1 200 ");
        assertThat(answers).hasSize(203);
        for (int i = 0; i < 200; i++) {
            assertThat(answers[i + 1]).contains("\"id\":\"b" + i + "\"");
        }
        assertThat(answers[202]).contains("\"id\":\"last\"").contains("connection: close");
    }

    @Test
    void pipelined_afterABadOne_areNotServed() throws Exception {
        assertThat(exchange("GET / HTTP/banana\r\n\r\n" + RawHttp.get("/library/books/b1")))
                .startsWith("HTTP/1.1 400 ")
                .doesNotContain("200 OK");
    }

    @Test
    void http10_isAnsweredAndClosed() throws Exception {
        assertThat(exchange("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .contains("connection: close")
                .endsWith("ok");
    }

    @ParameterizedTest
    @CsvSource({
        "GET https://localhost/healthz HTTP/1.1, 200",
        "OPTIONS * HTTP/1.1, 204",
        "CONNECT example.com:443 HTTP/1.1, 400",
        "TRACE /library/books HTTP/1.1, 405",
        "get /healthz HTTP/1.1, 405",
        "GET /healthz HTTP/1.2, 505",
        "PRI * HTTP/2.0, 505"
    })
    void requestLine_unusual(String line, int status) throws Exception {
        assertThat(exchange(line + "\r\n" + HOST + "Connection: close\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void plaintext_isClosed() throws Exception {
        try (Socket socket = new Socket("localhost", library.server.httpsPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());
            assertThat(new String(socket.getInputStream().readAllBytes())).doesNotContain("HTTP/1.1 200");
        }
    }
}
