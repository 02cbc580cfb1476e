package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import io.omnirelay.transport.OmniRelayServer;
import io.omnirelay.transport.Route;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.TransportLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RestHttp3Test {
    @Test
    void get_moreAtOnceThanStreamsAllowed_allAnswered_withTheirStatus() throws Exception {
        CertificateAuthority ca = CertificateAuthority.create("Test CA", Duration.ofDays(1));
        Credential own = ca.issue(CertificateRequest.forServer("server", List.of(), null, Duration.ofDays(1)));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        try (OmniRelayServer server = OmniRelayServer.builder()
                        .tls(new TlsMaterial(own.certificatePem(), own.privateKeyPem(), null))
                        .executor(executor)
                        .limits(TransportLimits.builder()
                                .streamsPerConnectionMax(8)
                                .build())
                        .route(new Route(
                                "/who",
                                request -> Route.Response.text(
                                        200, request.headers().getOrDefault("authorization", "nobody"))))
                        .start();
                RestHttp3 client = new RestHttp3(
                        "localhost",
                        server.httpsPort(),
                        TlsMaterial.trusting(ca.root().certificatePem()),
                        "Bearer x")) {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(client.get("/who"));
            }
            for (CompletableFuture<Integer> answer : answers) {
                assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(200);
            }
            assertThat(client.get("/nowhere").get(10, TimeUnit.SECONDS)).isEqualTo(404);
        } finally {
            executor.shutdownNow();
        }
    }
}
