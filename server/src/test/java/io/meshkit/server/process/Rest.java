package io.meshkit.server.process;

import io.omnirelay.pki.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;

/** A REST caller, with the JDK's own HTTP client: nothing of ours on this side. */
public final class Rest implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client;
    private final String base;

    public Rest(TestQuorum quorum, String node) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", Pem.certificate(quorum.files().clientCaPem()));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, factory.getTrustManagers(), null);
        this.client = HttpClient.newBuilder()
                .sslContext(tls)
                .connectTimeout(Duration.ofSeconds(30))
                .build();
        this.base = "https://127.0.0.1:" + quorum.member(node).https();
    }

    /**
     * Asks again while nobody leads: a busy machine may elect another leader at any time.
     *
     * @param token   empty: none
     * @param headers name, value, …
     */
    public HttpResponse<String> call(String token, String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest request = request(TIMEOUT, token, method, path, body, headers);
        long start = System.nanoTime();
        while (true) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            boolean again = answer.statusCode() == 503 && answer.body().contains("\"applied\":\"no\"");
            if (!again || System.nanoTime() - start > TIMEOUT.toNanos()) {
                return answer;
            }
            Thread.sleep(50);
        }
    }

    private HttpRequest request(
            Duration timeout, String token, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(timeout)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("authorization", "Bearer " + token);
        }
        if (!body.isEmpty()) {
            request.header("content-type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    /** As far as its first line: for answers that may be streams without an end. */
    public HttpResponse<String> begin(Duration timeout, String token, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                client.send(request(timeout, token, method, path, body), HttpResponse.BodyHandlers.ofInputStream());
        boolean isStream =
                response.headers().firstValue("content-type").orElse("").startsWith("text/event-stream");
        try (InputStream in = response.body()) {
            String text = isStream ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Begun(response, text);
        }
    }

    private record Begun(HttpResponse<InputStream> of, String body) implements HttpResponse<String> {
        @Override
        public int statusCode() {
            return of.statusCode();
        }

        @Override
        public HttpRequest request() {
            return of.request();
        }

        @Override
        public Optional<HttpResponse<String>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return of.headers();
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return of.sslSession();
        }

        @Override
        public URI uri() {
            return of.uri();
        }

        @Override
        public HttpClient.Version version() {
            return of.version();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
