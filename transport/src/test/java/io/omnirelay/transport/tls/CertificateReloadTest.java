package io.omnirelay.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.ManagedChannel;
import io.omnirelay.pki.Credential;
import io.omnirelay.pki.TestAuthority;
import io.omnirelay.test.v1.BehaveRequest;
import io.omnirelay.test.v1.LibraryServiceGrpc;
import io.omnirelay.transport.LibraryFixture;
import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.TlsSource;
import io.omnirelay.transport.client.OmniRelayChannel;
import io.omnirelay.transport.client.http3.Http3Channel;
import io.omnirelay.transport.http3.RawHttp3;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** New certificates on a server and in a client, while connections exist. */
class CertificateReloadTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final String ALICE = "spiffe://test.example/alice";
    private static final String BOB = "spiffe://test.example/bob";

    private final TestAuthority ca = TestAuthority.create("CA");
    private final TestAuthority next = TestAuthority.create("Next CA");
    private final Credential first = ca.server(DAY);
    private final Credential second = ca.server(DAY);
    private final LibraryFixture library = new LibraryFixture();

    CertificateReloadTest() {
        library.server.reload(ServerTls.of(TestAuthority.material(first, ca.pem())));
    }

    @AfterEach
    void stop() {
        library.close();
    }

    private static String who(ManagedChannel channel) {
        return LibraryServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .behave(BehaveRequest.newBuilder().setWhat("who").build())
                .getText();
    }

    private ManagedChannel channel(String transport, TlsSource tls) {
        return switch (transport) {
            case "grpc" ->
                OmniRelayChannel.builder("localhost", library.server.grpcPort())
                        .tls(tls)
                        .build();
            case "https" ->
                OmniRelayChannel.builder("localhost", library.server.httpsPort())
                        .tls(tls)
                        .build();
            default ->
                Http3Channel.builder("localhost", library.server.httpsPort())
                        .tls(tls)
                        .build();
        };
    }

    /** The serial number of the certificate that a new connection sees. */
    private BigInteger seen(String transport) throws Exception {
        if (transport.equals("http3")) {
            try (RawHttp3 raw = new RawHttp3(library.server.httpsPort(), TlsMaterial.trusting(ca.pem()), "localhost")) {
                return serial(raw.channel.sslEngine().getSession());
            }
        }
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        ReloadableManagers trusting = new ReloadableManagers(ServerTls.of(TestAuthority.material(first, ca.pem())));
        context.init(null, new TrustManager[] {trusting.trustManager()}, null);
        int port = transport.equals("grpc") ? library.server.grpcPort() : library.server.httpsPort();
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return serial(socket.getSession());
        }
    }

    private static BigInteger serial(SSLSession session) throws Exception {
        return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "http3", "grpc"})
    void server_newConnectionsSeeTheNewCertificate_theOldGoOn(String transport) throws Exception {
        TlsMaterial alice = TestAuthority.material(ca.client(DAY, ALICE), ca.pem());
        ManagedChannel channel = channel(transport, TlsSource.of(alice));
        try {
            assertThat(who(channel)).startsWith(ALICE);
            long opened = library.connections.size();
            assertThat(seen(transport)).isEqualTo(first.certificate().getSerialNumber());

            library.server.reload(ServerTls.of(TestAuthority.material(second, ca.pem() + next.pem())));

            assertThat(seen(transport)).isEqualTo(second.certificate().getSerialNumber());
            assertThat(who(channel)).startsWith(ALICE);
            assertThat(opened).isPositive();
        } finally {
            channel.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "http3", "grpc"})
    void server_caAppended_clientsOfBothAreKnown_oldRemoved_onlyTheNew(String transport) throws Exception {
        TlsMaterial alice = TestAuthority.material(ca.client(DAY, ALICE), ca.pem());
        TlsMaterial bob = TestAuthority.material(next.client(DAY, BOB), ca.pem());
        library.server.reload(ServerTls.of(TestAuthority.material(second, ca.pem() + next.pem())));
        ManagedChannel old = channel(transport, TlsSource.of(alice));
        ManagedChannel fresh = channel(transport, TlsSource.of(bob));
        try {
            assertThat(who(old)).startsWith(ALICE);
            assertThat(who(fresh)).startsWith(BOB);

            library.server.reload(ServerTls.of(TestAuthority.material(second, next.pem())));

            assertThat(who(old)).as("its connection exists").startsWith(ALICE);
            ManagedChannel late = channel(transport, TlsSource.of(alice));
            try {
                assertThat(whoOrNobody(late)).doesNotContain(ALICE);
            } finally {
                late.shutdownNow();
            }
        } finally {
            old.shutdownNow();
            fresh.shutdownNow();
        }
    }

    private static String whoOrNobody(ManagedChannel channel) {
        try {
            return who(channel);
        } catch (io.grpc.StatusRuntimeException e) {
            return "refused: " + e.getStatus();
        }
    }

    @Test
    void server_badCertificate_changesNothing() throws Exception {
        TlsMaterial mixed = new TlsMaterial(second.certificatePem(), first.privateKeyPem(), ca.pem());
        assertThatIllegalArgumentException().isThrownBy(() -> library.server.reload(ServerTls.of(mixed)));
        for (String transport : new String[] {"https", "http3", "grpc"}) {
            assertThat(seen(transport)).isEqualTo(first.certificate().getSerialNumber());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "http3", "grpc"})
    void client_rotated_isUsedByTheNextConnection(String transport) throws Exception {
        library.server.reload(ServerTls.of(TestAuthority.material(second, ca.pem() + next.pem())));
        AtomicReference<TlsMaterial> material =
                new AtomicReference<>(TestAuthority.material(ca.client(DAY, ALICE), ca.pem()));
        ManagedChannel channel = channel(transport, material::get);
        try {
            assertThat(who(channel)).startsWith(ALICE);
            material.set(TestAuthority.material(next.client(DAY, BOB), ca.pem() + next.pem()));
            assertThat(who(channel)).as("its connection exists").startsWith(ALICE);

            int https = library.server.httpsPort();
            int grpc = library.server.grpcPort();
            library.close();
            try (LibraryFixture successor = LibraryFixture.on(
                    ServerTls.of(TestAuthority.material(next.server(DAY), next.pem())), https, grpc)) {
                String caller = LibraryServiceGrpc.newBlockingStub(channel)
                        .withWaitForReady()
                        .withDeadlineAfter(60, TimeUnit.SECONDS)
                        .behave(BehaveRequest.newBuilder().setWhat("who").build())
                        .getText();
                assertThat(caller).startsWith(BOB);
            }
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void client_badMaterial_keepsTheOne() {
        AtomicReference<TlsMaterial> material = new AtomicReference<>(TlsMaterial.trusting(ca.pem()));
        ClientTls<TlsMaterial> tls = new ClientTls<>(material::get, given -> {
            TlsContexts.client(given);
            return given;
        });
        TlsMaterial before = tls.get();
        material.set(TlsMaterial.trusting("no PEM"));
        assertThat(tls.get()).isSameAs(before);
        material.set(TlsMaterial.trusting(next.pem()));
        assertThat(tls.get()).isEqualTo(TlsMaterial.trusting(next.pem()));
    }
}
