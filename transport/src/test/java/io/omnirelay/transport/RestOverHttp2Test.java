package io.omnirelay.transport;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RestOverHttp2Test extends RestOnEveryTransportContract {
    private HttpClient client;

    @BeforeAll
    void connect() {
        client = HttpClient.newBuilder().sslContext(TestPki.sslContext(false)).build();
    }

    @AfterAll
    void disconnect() {
        client.shutdownNow();
    }

    @Override
    protected Told send(Ask ask) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("https://localhost:" + library.server.httpsPort() + ask.path()))
                .method(
                        ask.method(),
                        ask.body().length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(ask.body()));
        ask.headers().forEach(request::header);
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        TreeMap<String, String> headers = new TreeMap<>();
        answer.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
        return new Told(answer.statusCode(), headers, answer.body());
    }

    @Override
    protected String transport() {
        return "http2";
    }
}
