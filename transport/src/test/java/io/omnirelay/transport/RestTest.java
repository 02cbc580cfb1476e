package io.omnirelay.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnirelay.test.v1.BookResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** REST+JSON as the JDK's client sees it. */
class RestTest {
    private static LibraryFixture library;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        library = new LibraryFixture();
        client = HttpClient.newBuilder().sslContext(TestPki.sslContext(false)).build();
    }

    @AfterAll
    static void stop() {
        client.shutdownNow();
        library.close();
    }

    static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + library.server.httpsPort() + path))
                .timeout(Duration.ofSeconds(30));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    static HttpResponse<String> get(String path) throws Exception {
        return send(to(path));
    }

    static HttpResponse<String> with(String method, String path, String json, String... headers) throws Exception {
        HttpRequest.Builder request = to(path).method(method, BodyPublishers.ofString(json));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void get_eitherProtocol_answersAndNamesTransport(Version version) throws Exception {
        HttpResponse<String> response = send(to("/library/books/b1").version(version));

        assertThat(response.version()).isEqualTo(version);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"id\":\"b1\"").contains("\"revision\":42");
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.headers().firstValue("etag")).hasValue("\"42\"");
        assertThat(response.headers().firstValue("x-meshkit-revision")).hasValue("42");
        assertThat(response.headers().firstValue("x-omnirelay-transport"))
                .hasValue(version == Version.HTTP_2 ? "http2;json" : "http1.1;json");
    }

    @Test
    void get_etagKnown_isNotModified() throws Exception {
        HttpResponse<String> response = send(to("/library/books/b1").header("If-None-Match", "\"41\", W/\"42\""));

        assertThat(response.statusCode()).isEqualTo(304);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("etag")).hasValue("\"42\"");
    }

    @Test
    void head_hasLengthButNoBody() throws Exception {
        HttpResponse<String> response = send(to("/library/books/b1").HEAD());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValueAsLong("content-length").getAsLong())
                .isEqualTo(get("/library/books/b1").body().length());
    }

    @Test
    void list_shortAndNestedAndRepeatedParameters_fillRequest() throws Exception {
        String body = get("/library/books?pageSize=7&cursor=c%201&statuses=on-shelf,LENT&statuses=BOOK_STATUS_LENT"
                        + "&tags=a,b&tags=c&search=x+y&since=2026-01-01T00:00:00Z&minPages=3&lent=true&read.level=local")
                .body();

        assertThat(body)
                .contains("\"page\":{\"size\":7,\"cursor\":\"c 1\"}")
                .contains("\"statuses\":[\"on-shelf\",\"lent\",\"lent\"]")
                .contains("\"tags\":[\"a,b\",\"c\"]")
                .contains("\"search\":\"x y\"")
                .contains("\"since\":\"2026-01-01T00:00:00Z\"")
                .contains("\"minPages\":3")
                .contains("\"lent\":true")
                .contains("\"level\":\"local\"");
        assertThat(get("/library/books?page_size=7&min_pages=1&page.cursor=z").body())
                .contains("\"size\":7")
                .contains("\"minPages\":1")
                .contains("\"cursor\":\"z\"");
    }

    @Test
    void list_readHeaders_fillNestedFields() throws Exception {
        String body = send(to("/library/books")
                        .headers("x-meshkit-consistency", "At-Least", "x-meshkit-min-revision", "12")
                        .header("x-meshkit-max-staleness", "250ms"))
                .body();

        assertThat(body).contains("\"read\":{\"level\":\"at-least\",\"minRevision\":12,\"maxStaleness\":\"0.250s\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /library/books?pagesize=1            | Did you mean \\"pageSize\\"?
            /library/books?statuses=lend         | must be one of unspecified, on-shelf, lent
            /library/books?pageSize=many         | must be an integer
            /library/books?pageSize=1&page.size=2| is given twice
            /library/books?lent=yes              | must be true or false
            /library/books?search=%ZZ            | broken percent escape
            /library/books?search=%FF            | not UTF-8
            /library/books/b1?id=b2              | Unknown query parameter
            """)
    void query_wrong_saysWhat(String path, String reason) throws Exception {
        HttpResponse<String> response = RawHttp.parse(RawHttp.exchange(library.server.httpsPort(), RawHttp.get(path)));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains(reason).contains("\"code\":\"INVALID_REQUEST\"");
    }

    @Test
    void post_headersAndBody_fillRequest() throws Exception {
        HttpResponse<String> response = with(
                "POST",
                "/library/books",
                "{\"book\":{\"id\":\"b1\",\"title\":\"T\",\"meta\":{\"labels\":{\"a\":\"b\"}}}}",
                "Idempotency-Key",
                "key-1",
                "If-Match",
                "\"7\"",
                "x-meshkit-dry-run",
                "true");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .contains("\"title\":\"T\"")
                .contains("request_id: \\\"key-1\\\"")
                .contains("if_match: \\\"\\\\\\\"7\\\\\\\"\\\"")
                .contains("dry_run: true");
    }

    @Test
    void post_bodyNamesTheField_headerDoesNotReplaceIt() throws Exception {
        String body = with(
                        "POST", "/library/books", "{\"options\":{\"requestId\":\"body\"}}", "idempotency-key", "header")
                .body();

        assertThat(body).contains("request_id: \\\"body\\\"").doesNotContain("header");
    }

    @Test
    void post_customVerbWithoutBody_works() throws Exception {
        HttpResponse<String> response = send(to("/library/books/b1:lend").POST(BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"id\":\"b1\"");
    }

    @Test
    void put_additionalBinding_works() throws Exception {
        assertThat(with("PUT", "/library/books/b9", "{\"title\":\"T\"}").body())
                .contains("\"id\":\"b9\"")
                .contains("\"title\":\"T\"");
    }

    @Test
    void patch_emptyMask_isMadeOfWhatTheBodyNames() throws Exception {
        String body = with(
                        "PATCH",
                        "/library/books/b1",
                        "{\"id\":\"b1\",\"title\":null,\"meta\":{\"labels\":{\"x\":\"y\"}},\"author\":{\"name\":\"N\"}}")
                .body();

        assertThat(body).contains("\"echo\":\"title,meta.labels,author\"");
    }

    @Test
    void patch_maskGiven_isKept() throws Exception {
        assertThat(with("PATCH", "/library/books/b1?updateMask=pages,meta.updatedAt", "{\"title\":\"T\"}")
                        .body())
                .contains("\"echo\":\"pages,meta.updated_at\"");
    }

    @Test
    void patch_structBody_keepsNulls() throws Exception {
        assertThat(with("PATCH", "/library/config", "{\"a\":null,\"b\":{\"c\":[1,2.5,\"x\",true]}}")
                        .body())
                .isEqualTo("{\"patch\":{\"a\":null,\"b\":{\"c\":[1,2.5,\"x\",true]}}}");
    }

    @Test
    void put_idOfPathAndBodyDiffer_isInvalid() throws Exception {
        HttpResponse<String> response = with("PUT", "/library/books/b1", "{\"id\":\"b2\"}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\\\"b1\\\" in the path").contains("\"field\":\"book.id\"");
    }

    @Test
    void post_unknownField_suggests() throws Exception {
        HttpResponse<String> response = with("POST", "/library/books", "{\"book\":{\"titel\":\"T\"}}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(response.body())
                .contains("Line 1, column 10")
                .contains("Did you mean \\\"title\\\"?")
                .contains("\"field\":\"book.titel\"")
                .contains("\"instance\":\"/library/books\"");
    }

    @Test
    void get_withBody_isInvalid() throws Exception {
        assertThat(with("GET", "/library/books/b1", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void protobuf_bothWays_works() throws Exception {
        byte[] book =
                io.omnirelay.test.v1.Book.newBuilder().setTitle("T").build().toByteArray();
        HttpResponse<byte[]> response = client.send(
                to("/library/books/b1")
                        .headers("content-type", "application/x-protobuf", "accept", "application/x-protobuf")
                        .PUT(BodyPublishers.ofByteArray(book))
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(response.headers().firstValue("x-omnirelay-transport")).hasValue("http2;protobuf");
        BookResponse parsed = BookResponse.parseFrom(response.body());
        assertThat(parsed.getBook().getTitle()).isEqualTo("T");
        assertThat(parsed.getBook().getId()).isEqualTo("b1");
    }

    @ParameterizedTest
    @CsvSource({
        "application/x-www-form-urlencoded, */*, 415",
        "application/json;charset=iso-8859-1, */*, 415",
        "application/json, text/html, 406",
        "application/json, application/json;q=0, 406",
        "application/json; charset=UTF-8, 'text/html, application/*;q=0.5', 200",
        "application/merge-patch+json, application/json, 200"
    })
    void mediaTypes_areNegotiated(String contentType, String accept, int status) throws Exception {
        HttpResponse<String> response =
                with("PUT", "/library/books/b1", "{\"title\":\"T\"}", "content-type", contentType, "accept", accept);

        assertThat(response.statusCode()).isEqualTo(status);
        if (status != 200) {
            assertThat(response.body()).contains("\"code\":\"INVALID_REQUEST\"").contains("\"status\":" + status);
        }
    }

    @ParameterizedTest
    @CsvSource({"gzip, 415", "br, 415", "'gzip, identity', 415", "identity, 200", "IDENTITY, 200"})
    void body_compressed_isNotTaken(String coding, int status) throws Exception {
        HttpResponse<String> response = with(
                "PUT",
                "/library/books/b1",
                "{\"title\":\"T\"}",
                "content-type",
                "application/json",
                "content-encoding",
                coding);

        assertThat(response.statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /library/books, 405, 'GET, HEAD, OPTIONS, POST'",
        "POST, /library/books/b1, 405, 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'",
        "OPTIONS, /library/books/b1:lend, 204, 'OPTIONS, POST'",
        "POST, /healthz, 405, 'GET, HEAD, OPTIONS'"
    })
    void method_notServed_isToldWhatIs(String method, String path, int status, String allow) throws Exception {
        HttpResponse<String> response = send(to(path).method(method, BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("allow")).hasValue(allow);
    }

    @ParameterizedTest
    @CsvSource({
        "/, 404",
        "/library/books/, 404",
        "/library//books, 404",
        "//library/books, 404",
        "/library/books/b1/more, 404",
        "/library/books/b1:burn, 404",
        "/library/books/../books, 400",
        "/library/books/%2e%2E, 400",
        "/library/books/a%00b, 400",
        "/library/books/a%2, 400",
        "/library/books/%C3%28, 400",
        "/LIBRARY/books, 404"
    })
    void path_tricks_reachNothing(String path, int status) throws Exception {
        HttpResponse<String> response = RawHttp.parse(RawHttp.exchange(library.server.httpsPort(), RawHttp.get(path)));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(status == 404 ? "NOT_FOUND" : "INVALID_REQUEST");
    }

    @ParameterizedTest
    @CsvSource({"a%2Fb, a/b", "a;b=c, a;b=c", "a%3Ab, a:b", "%E2%82%AC, €", "a+b, a+b"})
    void path_encodedSegment_staysOneSegment(String raw, String id) throws Exception {
        HttpResponse<String> response =
                RawHttp.parse(RawHttp.exchange(library.server.httpsPort(), RawHttp.get("/library/books/" + raw)));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"id\":\"" + id + "\"");
    }

    @Test
    void caller_certificateAndHeaders_reachTheService() throws Exception {
        try (HttpClient identified =
                HttpClient.newBuilder().sslContext(TestPki.sslContext(true)).build()) {
            String body = identified
                    .send(
                            to("/library:behave")
                                    .header("authorization", "Bearer x")
                                    .POST(BodyPublishers.ofString("{\"what\":\"caller\"}"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            assertThat(body).contains(TestPki.CLIENT_ID + " http2;json Bearer x PRIVACY_AND_INTEGRITY true");
        }
        assertThat(with("POST", "/library:behave", "{}").body()).contains("anonymous http2;json null");
    }

    @Test
    void interceptor_refuses_beforeTheBodyIsLookedAt() throws Exception {
        HttpResponse<String> response = with("POST", "/library/books", "not json", "authorization", "Bearer wrong");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("www-authenticate")).hasValue("Bearer");
        assertThat(response.body()).contains("The token does not hold").contains("\"applied\":\"no\"");
    }

    @Test
    void route_plain_answers() throws Exception {
        HttpResponse<String> response = get("/healthz?verbose");

        assertThat(response.body()).isEqualTo("ok");
        assertThat(response.headers().firstValue("x-omnirelay-transport")).hasValue("http2;raw");
    }

    @Test
    void route_throws_isInternalWithoutTheReason() throws Exception {
        HttpResponse<String> response = get("/broken");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("INTERNAL").doesNotContain("secret");
    }
}
