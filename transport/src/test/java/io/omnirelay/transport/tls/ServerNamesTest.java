package io.omnirelay.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.ManagedChannel;
import io.omnirelay.pki.Credential;
import io.omnirelay.pki.TestAuthority;
import io.omnirelay.test.v1.BehaveRequest;
import io.omnirelay.test.v1.LibraryServiceGrpc;
import io.omnirelay.transport.ClientCertificates;
import io.omnirelay.transport.LibraryFixture;
import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.client.OmniRelayChannel;
import io.omnirelay.transport.client.http3.Http3Channel;
import io.omnirelay.transport.http3.RawHttp3;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificate a caller sees, by the name that it asks for (SNI). */
class ServerNamesTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final String ALICE = "spiffe://test.example/alice";
    private static final TestAuthority CA = TestAuthority.create("CA");
    private static final Credential MAIN = CA.server(DAY);
    private static final Credential EXACT = CA.serverOnlyFor("api.example.org");
    private static final Credential WILD = CA.serverOnlyFor("*.example.org");

    private static LibraryFixture library;

    @BeforeAll
    static void start() throws Exception {
        library = LibraryFixture.asking(
                new ServerTls(
                        TestAuthority.material(MAIN, CA.pem()),
                        List.of(TestAuthority.material(EXACT, null), TestAuthority.material(WILD, null))),
                ClientCertificates.OPTIONAL);
    }

    @AfterAll
    static void stop() {
        library.close();
    }

    private static BigInteger serial(String which) {
        return switch (which) {
            case "exact" -> EXACT.certificate().getSerialNumber();
            case "wild" -> WILD.certificate().getSerialNumber();
            default -> MAIN.certificate().getSerialNumber();
        };
    }

    private static BigInteger serial(SSLSession session) throws Exception {
        return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.org, exact",
        "API.Example.Org, exact",
        "other.example.org, wild",
        "a.b.example.org, main",
        "example.org, main",
        "localhost, main"
    })
    void tcp_nameChooses(String name, String which) throws Exception {
        for (int port : new int[] {library.server.httpsPort(), library.server.grpcPort()}) {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            ReloadableManagers trusting = new ReloadableManagers(ServerTls.of(TestAuthority.material(MAIN, CA.pem())));
            context.init(null, new TrustManager[] {trusting.trustManager()}, null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
                var parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName(name)));
                parameters.setApplicationProtocols(new String[] {"h2"});
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                assertThat(serial(socket.getSession())).isEqualTo(serial(which));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"api.example.org, exact", "other.example.org, wild", "localhost, main"})
    void quic_nameChooses(String name, String which) throws Exception {
        try (RawHttp3 raw = new RawHttp3(library.server.httpsPort(), TlsMaterial.trusting(CA.pem()), name)) {
            assertThat(serial(raw.channel.sslEngine().getSession())).isEqualTo(serial(which));
            assertThat(raw.get("/healthz").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http3", "grpc"})
    void named_clientCertificateIsHeldAgainstTheSameCa(String transport) {
        TlsMaterial alice = TestAuthority.material(CA.client(DAY, ALICE), CA.pem());
        ManagedChannel channel = transport.equals("grpc")
                ? OmniRelayChannel.builder("127.0.0.1", library.server.grpcPort())
                        .tls(alice)
                        .overrideAuthority("api.example.org")
                        .build()
                : Http3Channel.builder("127.0.0.1", library.server.httpsPort())
                        .tls(alice)
                        .overrideAuthority("api.example.org")
                        .build();
        try {
            assertThat(LibraryServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(60, TimeUnit.SECONDS)
                            .behave(BehaveRequest.newBuilder().setWhat("who").build())
                            .getText())
                    .startsWith(ALICE);
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void names_doubleOrNone_areRefused() {
        TlsMaterial main = TestAuthority.material(MAIN, CA.pem());
        TlsMaterial exact = TestAuthority.material(EXACT, null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ServerKeys(new ServerTls(main, List.of(exact, exact))))
                .withMessageContaining("api.example.org");
        TlsMaterial nameless = TestAuthority.material(CA.client(DAY, ALICE), null);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ServerKeys(new ServerTls(main, List.of(nameless))))
                .withMessageContaining("no DNS name");
    }
}
