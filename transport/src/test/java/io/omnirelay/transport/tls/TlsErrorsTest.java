package io.omnirelay.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.pki.TestAuthority;
import io.omnirelay.test.v1.BehaveRequest;
import io.omnirelay.test.v1.LibraryServiceGrpc;
import io.omnirelay.transport.Await;
import io.omnirelay.transport.ClientCertificates;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.LibraryFixture;
import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.client.OmniRelayChannel;
import io.omnirelay.transport.client.http3.Http3Channel;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What both sides are told when certificates do not fit; on every transport. */
class TlsErrorsTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final String ALICE = "spiffe://test.example/alice";
    private static final TestAuthority CA = TestAuthority.create("CA");
    private static final TestAuthority OLD = TestAuthority.tenDaysAgo("Old CA");
    private static final TestAuthority STRANGER = TestAuthority.create("Stranger");
    private static final String TRUSTED = CA.pem() + OLD.pem();

    private static LibraryFixture demanding;
    private static LibraryFixture asking;
    private static LibraryFixture silent;

    @BeforeAll
    static void start() throws Exception {
        ServerTls tls = ServerTls.of(TestAuthority.material(CA.server(DAY), TRUSTED));
        demanding = LibraryFixture.asking(tls, ClientCertificates.REQUIRED);
        asking = LibraryFixture.asking(tls, ClientCertificates.OPTIONAL);
        silent = LibraryFixture.asking(tls, ClientCertificates.OFF);
    }

    @AfterAll
    static void stop() {
        demanding.close();
        asking.close();
        silent.close();
    }

    @BeforeEach
    void forget() {
        demanding.connections.clear();
        asking.connections.clear();
    }

    private static ManagedChannel channel(LibraryFixture library, String transport, String name, TlsMaterial tls) {
        return switch (transport) {
            case "grpc" ->
                OmniRelayChannel.builder("localhost", library.server.grpcPort())
                        .tls(tls)
                        .overrideAuthority(name)
                        .build();
            case "https" ->
                OmniRelayChannel.builder("localhost", library.server.httpsPort())
                        .tls(tls)
                        .overrideAuthority(name)
                        .build();
            default ->
                Http3Channel.builder("localhost", library.server.httpsPort())
                        .tls(tls)
                        .overrideAuthority(name)
                        .build();
        };
    }

    private static String who(LibraryFixture library, String transport, TlsMaterial tls) {
        return who(library, transport, "localhost", tls);
    }

    private static String who(LibraryFixture library, String transport, String name, TlsMaterial tls) {
        ManagedChannel channel = channel(library, transport, name, tls);
        try {
            return LibraryServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .behave(BehaveRequest.newBuilder().setWhat("who").build())
                    .getText();
        } finally {
            channel.shutdownNow();
        }
    }

    private static RegistryException failure(LibraryFixture library, String transport, TlsMaterial tls) {
        return failure(library, transport, "localhost", tls);
    }

    private static RegistryException failure(LibraryFixture library, String transport, String name, TlsMaterial tls) {
        RegistryException error =
                Errors.of(catchThrowableOfType(StatusRuntimeException.class, () -> who(library, transport, name, tls)));
        assertThat(error.code()).as("%s", error).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(error.detail().getHint()).isNotEmpty();
        return error;
    }

    private static void awaitRefusal(LibraryFixture library, String reason) throws Exception {
        try {
            Await.until(() -> library.connections.stream().anyMatch(event -> event.startsWith("refused " + reason)));
        } catch (AssertionError e) {
            throw new AssertionError("no " + reason + " among " + library.connections, e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "http3", "grpc"})
    void required_certificateThatHolds_isServed(String transport) {
        TlsMaterial alice = TestAuthority.material(CA.client(DAY, ALICE), CA.pem());
        assertThat(who(demanding, transport, alice)).startsWith(ALICE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "http3", "grpc"})
    void required_noCertificate_isSaid(String transport) throws Exception {
        assertThat(failure(demanding, transport, TlsMaterial.trusting(CA.pem())))
                .hasMessageContaining("requires a client certificate");
        awaitRefusal(demanding, "NO_CERTIFICATE");
    }

    @ParameterizedTest
    @CsvSource({"https, optional", "grpc, optional", "https, required", "grpc, required"})
    void certificate_expired_isSaid(String transport, String mode) throws Exception {
        LibraryFixture library = mode.equals("required") ? demanding : asking;
        TlsMaterial expired = TestAuthority.material(OLD.client(DAY, ALICE), CA.pem());
        assertThat(failure(library, transport, expired)).hasMessageContaining("client certificate has expired");
        awaitRefusal(library, "EXPIRED_CERTIFICATE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "http3", "grpc"})
    void required_certificateOfAnotherCa_isNotShown_andThatIsSaid(String transport) throws Exception {
        TlsMaterial strange = TestAuthority.material(STRANGER.client(DAY, ALICE), CA.pem());
        RegistryException error = failure(demanding, transport, strange);
        assertThat(error).hasMessageContaining("requires a client certificate");
        assertThat(error.detail().getHint()).contains("no CA of the server has signed");
        awaitRefusal(demanding, "NO_CERTIFICATE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "http3", "grpc"})
    void off_certificate_isNotAskedFor(String transport) {
        TlsMaterial alice = TestAuthority.material(CA.client(DAY, ALICE), CA.pem());
        assertThat(who(silent, transport, alice)).startsWith("anonymous");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "http3", "grpc"})
    void server_ofAnotherCa_isSaid(String transport) {
        assertThat(failure(asking, transport, TlsMaterial.trusting(STRANGER.pem())))
                .hasMessageContaining(
                        transport.equals("http3")
                                ? "of another CA"
                                : "No trusted CA has signed the server's certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "grpc"})
    void server_distrustedByACallerThatSaysSo_isCountedAsSuch(String transport) throws Exception {
        int port = transport.equals("grpc") ? asking.server.grpcPort() : asking.server.httpsPort();
        // The JDK's own client, which trusts the public CAs and sends certificate_unknown.
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, null, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            assertThat(catchThrowableOfType(SSLException.class, socket::startHandshake))
                    .isNotNull();
        }
        awaitRefusal(asking, "DISTRUSTED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "http3", "grpc"})
    void server_underAnotherName_isSaid(String transport) {
        assertThat(failure(asking, transport, "elsewhere.example", TlsMaterial.trusting(CA.pem())))
                .hasMessageContaining("another name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "http3", "grpc"})
    void server_expired_isSaid(String transport) throws Exception {
        ServerTls expired = ServerTls.of(TestAuthority.material(OLD.server(DAY), null));
        try (LibraryFixture library = LibraryFixture.asking(expired, ClientCertificates.OPTIONAL)) {
            assertThat(failure(library, transport, TlsMaterial.trusting(OLD.pem())))
                    .hasMessageMatching(".*The server's certificate .*not valid now.*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "grpc"})
    void plaintext_isCountedAsSuch(String transport) throws Exception {
        int port = transport.equals("grpc") ? asking.server.grpcPort() : asking.server.httpsPort();
        try (Socket plain = new Socket("localhost", port)) {
            plain.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            plain.getInputStream().readAllBytes();
        } catch (java.net.SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        awaitRefusal(asking, "NOT_TLS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "grpc"})
    void tls12_isCountedAsSuch(String transport) throws Exception {
        int port = transport.equals("grpc") ? asking.server.grpcPort() : asking.server.httpsPort();
        SSLContext context = SSLContext.getInstance("TLSv1.2");
        context.init(null, null, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThat(catchThrowableOfType(SSLException.class, socket::startHandshake))
                    .hasMessageContaining("protocol_version");
        }
        awaitRefusal(asking, "TLS_VERSION");
    }
}
