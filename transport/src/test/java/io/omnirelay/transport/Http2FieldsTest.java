package io.omnirelay.transport;

import static io.omnirelay.transport.RawHttp2.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fields that HTTP/2 forbids (RFC 9113, 8.2 and 8.3): what an HTTP/1.1 server behind would read as another request. */
class Http2FieldsTest {
    private final LibraryFixture library = new LibraryFixture();

    @AfterEach
    void stop() {
        library.close();
    }

    /** How the stream of a request with these fields ends. */
    private int endOf(byte[]... fields) throws Exception {
        try (RawHttp2 client = new RawHttp2(library.server.httpsPort())) {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            head.writeBytes(RawHttp2.head("GET", "/library/books/b1"));
            List.of(fields).forEach(head::writeBytes);
            client.send(frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, head.toByteArray()));
            return client.readEnd(1);
        }
    }

    @Test
    void ordinaryField_isServed() throws Exception {
        assertThat(endOf(RawHttp2.field("x-some", "thing"))).isEqualTo(RawHttp2.HEADERS);
    }

    @ParameterizedTest
    @CsvSource({
        "transfer-encoding,chunked",
        "connection,close",
        "keep-alive,timeout=5",
        "upgrade,h2c",
        "proxy-connection,close",
        "te,gzip",
        "X-Upper,case",
        ":path,/healthz",
        ":scheme,http",
        ":unknown,pseudo",
    })
    void forbiddenField_endsTheStream(String name, String value) throws Exception {
        assertThat(endOf(RawHttp2.field(name, value))).isNotEqualTo(RawHttp2.HEADERS);
    }

    @Test
    void lineBreakInAValue_endsTheStream() throws Exception {
        assertThat(endOf(RawHttp2.field("x-some", "thing\r\nx-other: thing"))).isNotEqualTo(RawHttp2.HEADERS);
    }

    @Test
    void lengthOfNoBody_endsTheStream() throws Exception {
        assertThat(endOf(RawHttp2.field("content-length", "5"))).isNotEqualTo(RawHttp2.HEADERS);
    }
}
