package io.omnirelay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.omnirelay.test.v1.Book;
import io.omnirelay.test.v1.CreateBookRequest;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * REST is the same on every version of HTTP: status, the headers that a caller goes by, and body are compared with
 * what HTTP/1.1 answers to the same request on the same server.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
public abstract class RestOnEveryTransportContract {
    /** Those that carry meaning; a version of HTTP has its own for framing. */
    private static final List<String> HEADERS = List.of(
            "content-type",
            "content-length",
            "cache-control",
            "etag",
            "x-meshkit-revision",
            "www-authenticate",
            "retry-after",
            "allow",
            "vary");

    protected LibraryFixture library;

    /** A request as every version can carry it. */
    public record Ask(String name, String method, String path, Map<String, String> headers, byte[] body) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** @param headers names in lower case */
    public record Told(int status, Map<String, String> headers, String body) {}

    /** Sends by the version that is tested. */
    protected abstract Told send(Ask ask) throws Exception;

    /** As the answer's {@code x-omnirelay-transport} begins. */
    protected abstract String transport();

    @BeforeAll
    void startServer() {
        library = new LibraryFixture();
    }

    @AfterAll
    void stopServer() {
        library.close();
    }

    private static Ask get(String name, String path, String... headers) {
        return ask(name, "GET", path, "", headers);
    }

    private static Ask post(String name, String path, String json, String... headers) {
        Ask ask = ask(name, "POST", path, json, headers);
        ask.headers().putIfAbsent("content-type", "application/json");
        return ask;
    }

    private static Ask ask(String name, String method, String path, String body, String... headers) {
        TreeMap<String, String> map = new TreeMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        return new Ask(name, method, path, map, body.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Stream<Ask> requests() {
        ByteString protobuf = CreateBookRequest.newBuilder()
                .setBook(Book.newBuilder().setId("p1").setTitle("Ü".repeat(1_000)))
                .build()
                .toByteString();
        return Stream.of(
                get("get", "/library/books/b1"),
                get("get with parameters", "/library/books?pageSize=7&statuses=lent&search=x+y"),
                get("not modified", "/library/books/b1", "if-none-match", "\"42\""),
                ask("head", "HEAD", "/library/books/b1", ""),
                ask("delete", "DELETE", "/library/books/b1", "", "idempotency-key", "k1"),
                post("post", "/library/books", "{\"book\":{\"id\":\"b1\",\"title\":\"T\"}}", "if-match", "\"7\""),
                post("post large", "/library/books", "{\"book\":{\"title\":\"" + "t".repeat(400_000) + "\"}}"),
                ask(
                        "patch",
                        "PATCH",
                        "/library/books/b1",
                        "{\"title\":\"T\",\"author\":{\"name\":\"N\"}}",
                        "content-type",
                        "application/json"),
                new Ask(
                        "protobuf both ways",
                        "POST",
                        "/library/books",
                        new TreeMap<>(
                                Map.of("content-type", "application/x-protobuf", "accept", "application/x-protobuf")),
                        protobuf.toByteArray()),
                get("protobuf answer", "/library/books/b1", "accept", "application/x-protobuf"),
                get("events", "/library/books:watch?count=5"),
                get("events, failing late", "/library/books:watch?count=2&then=fail"),
                get("events, failing at once", "/library/books:watch?then=fail"),
                get("events, not acceptable", "/library/books:watch", "accept", "application/x-protobuf"),
                get("route", "/healthz"),
                get("unknown path", "/nowhere"),
                ask("unknown method", "DELETE", "/library/books", ""),
                get("unknown parameter", "/library/books?pagesize=1"),
                get("path not UTF-8", "/library/books/%C3%28"),
                post("not JSON", "/library/books", "{\"book\":"),
                post("unknown field", "/library/books", "{\"bok\":{}}"),
                post("invalid UTF-8", "/library/books", "{\"book\":{\"title\":\"\u00c3\u0028\"}}"),
                ask("unknown content type", "POST", "/library/books", "x", "content-type", "text/csv"),
                post("compressed", "/library/books", "{}", "content-encoding", "gzip"),
                post("not acceptable", "/library/books", "{}", "accept", "image/png"),
                post("unauthenticated", "/library/books", "{}", "authorization", "Bearer wrong"),
                post("registry error", "/library:behave", "{\"what\":\"registry-error\",\"text\":\"NO_LEADER\"}"),
                post("precondition", "/library:behave", "{\"what\":\"registry-error\",\"text\":\"REVISION_MISMATCH\"}"),
                post("overloaded", "/library:behave", "{\"what\":\"registry-error\",\"text\":\"OVERLOADED\"}"),
                post("a bug", "/library:behave", "{\"what\":\"throw\"}"),
                get("header too large", "/library/books/b1", "x-long", "x".repeat(20_000)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void answer_isThatOfHttp1(Ask ask) throws Exception {
        Told expected = http1(ask);
        Told told = send(ask);

        assertThat(told.status()).isEqualTo(expected.status());
        assertThat(meaningful(told)).isEqualTo(meaningful(expected));
        assertThat(told.body()).isEqualTo(expected.body());
        assertThat(told.headers().getOrDefault("x-omnirelay-transport", "none"))
                .startsWith(transport() + ";")
                .isEqualTo(expected.headers()
                        .getOrDefault("x-omnirelay-transport", "none")
                        .replace("http1.1", transport()));
    }

    private static Map<String, String> meaningful(Told told) {
        TreeMap<String, String> kept = new TreeMap<>(told.headers());
        kept.keySet().retainAll(HEADERS);
        return kept;
    }

    /** By hand, so that no client's opinion comes between. */
    private Told http1(Ask ask) throws Exception {
        StringBuilder text = new StringBuilder(ask.method() + " " + ask.path() + " HTTP/1.1\r\nhost: localhost\r\n");
        ask.headers()
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append("\r\n"));
        if (ask.body().length > 0) {
            text.append("content-length: ").append(ask.body().length).append("\r\n");
        }
        text.append("connection: close\r\n\r\n").append(new String(ask.body(), StandardCharsets.ISO_8859_1));
        HttpResponse<String> answer = RawHttp.parse(RawHttp.exchange(library.server.httpsPort(), text.toString()));
        TreeMap<String, String> headers = new TreeMap<>();
        answer.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        boolean chunked = "chunked".equals(headers.get("transfer-encoding"));
        return new Told(answer.statusCode(), headers, chunked ? unchunk(answer.body()) : answer.body());
    }

    private static String unchunk(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        int at = 0;
        while (at < bytes.length) {
            int end = at;
            while (bytes[end] != '\r') {
                end++;
            }
            int length = Integer.parseInt(new String(bytes, at, end - at, StandardCharsets.US_ASCII), 16);
            whole.write(bytes, end + 2, length);
            at = end + 2 + length + 2;
        }
        return whole.toString(StandardCharsets.UTF_8);
    }
}
