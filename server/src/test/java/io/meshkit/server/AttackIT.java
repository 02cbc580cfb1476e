package io.meshkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.process.Rest;
import io.meshkit.server.process.TestQuorum;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import io.omnirelay.pki.Pem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is tried against a real node from outside; what other tests try is in docs/security.md, "Attacks". */
class AttackIT {
    private static final char[] NO_PASSWORD = {};
    private static final String ACCEPTED = "accepted";
    private static final String REFUSED = "refused";

    @TempDir
    static Path directory;

    private static TestQuorum quorum;
    private static QuorumFiles.Member node;
    private static Rest rest;

    @BeforeAll
    static void start() throws Exception {
        quorum = TestQuorum.start(directory, 1, Map.of());
        node = quorum.member("node-1");
        rest = new Rest(quorum, "node-1");
    }

    @AfterAll
    static void stop() throws Exception {
        if (rest != null) {
            rest.close();
        }
        if (quorum != null) {
            quorum.close();
        }
    }

    /** As that of a member, by the authority that signs members. */
    private static Credential member(CertificateAuthority authority) {
        String id = "spiffe://" + quorum.files().clusterId() + "/node/node-1";
        return authority.issue(CertificateRequest.forClient("node-1", id, Duration.ofHours(1)));
    }

    @Test
    void certificateOfTheMembersAuthority_isRefusedOnClientPorts_andTheReverse() throws Exception {
        Credential member = member(quorum.files().raftCa());
        Credential client = quorum.files().clientCertificate("operator/mallory");
        String forClients = quorum.files().clientCaPem();
        String forMembers = quorum.files().raftCa().root().certificatePem();

        assertThat(handshake(node.https(), "http/1.1", forClients, client)).isEqualTo(ACCEPTED);
        assertThat(handshake(node.https(), "http/1.1", forClients, member)).isEqualTo(REFUSED);
        assertThat(handshake(node.grpc(), "h2", forClients, client)).isEqualTo(ACCEPTED);
        assertThat(handshake(node.grpc(), "h2", forClients, member)).isEqualTo(REFUSED);
        assertThat(handshake(node.raft(), "h2", forMembers, client)).isEqualTo(REFUSED);
        assertThat(handshake(node.nodePort(), "h2", forMembers, client)).isEqualTo(REFUSED);
        // By the right authority, but of nobody who is a member.
        assertThat(handshake(node.nodePort(), "h2", forMembers, stranger())).isEqualTo(REFUSED);
        assertThat(handshake(node.nodePort(), "h2", forMembers, member)).isEqualTo(ACCEPTED);
    }

    private static Credential stranger() {
        String id = "spiffe://" + quorum.files().clusterId() + "/workload/gateway/1";
        return quorum.files().raftCa().issue(CertificateRequest.forClient("workload", id, Duration.ofHours(1)));
    }

    @Test
    void memberOfAnotherAuthorityThatSaysTheSame_isRefused() throws Exception {
        CertificateAuthority forged = CertificateAuthority.create("test members", Duration.ofDays(1));

        assertThat(handshake(
                        node.nodePort(), "h2", quorum.files().raftCa().root().certificatePem(), member(forged)))
                .isEqualTo(REFUSED);
    }

    @Test
    void tokenOfAnotherQuorum_isUnauthenticated() throws Exception {
        // Well-formed, and what another quorum's registry would take.
        String token = "mkr_t-0123456789abcdef_" + "A".repeat(43);

        HttpResponse<String> answer = rest.call(token, "GET", "/meshkit/access/whoami", "");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("UNAUTHENTICATED").doesNotContain(token);
    }

    @Test
    void scopesClaimedInHeaders_giveNothing() throws Exception {
        for (String header :
                new String[] {"x-mesh-scope", "x-meshkit-scope", "x-forwarded-user", "x-meshkit-principal"}) {
            HttpResponse<String> answer = rest.call(
                    QuorumFiles.READER_TOKEN,
                    "POST",
                    "/meshkit/peers",
                    "{\"peer\":{\"id\":\"mallory\"}}",
                    header,
                    header.equals("x-mesh-scope") ? "mesh.admin" : "root");

            assertThat(answer.statusCode()).as(header).isEqualTo(403);
        }
        // Nor does what a body says about the caller.
        HttpResponse<String> body = rest.call(
                QuorumFiles.READER_TOKEN,
                "POST",
                "/meshkit/peers",
                "{\"peer\":{\"id\":\"mallory\"},\"principal\":\"root\"}");
        assertThat(body.statusCode()).isIn(400, 403);
    }

    @Test
    void pathTricks_reachNothingElse() throws Exception {
        for (String path : new String[] {
            "/livez/../meshkit/peers",
            "/livez/%2e%2e/meshkit/peers",
            "/livez%2f..%2fmeshkit/peers",
            "//meshkit/peers",
            "/meshkit//peers",
            "/MESHKIT/peers",
            "/meshkit/peers/",
            "/meshkit/peers%00",
            "/meshkit/peers;x=1",
            "/livez?/../meshkit/peers"
        }) {
            String answer = raw("GET " + path + " HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");

            assertThat(answer).as(path).doesNotContain("\"peers\"");
            assertThat(answer)
                    .as(path)
                    .containsPattern(path.startsWith("/livez?") ? "^HTTP/1.1 [24]00 " : "^HTTP/1.1 40[014] ");
        }
    }

    @Test
    void requestWithinAnother_isNotAnswered() throws Exception {
        String inner = "GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n";
        for (String framing : new String[] {
            "content-length: " + inner.length() + "\r\ntransfer-encoding: chunked\r\n",
            "content-length: 0\r\ncontent-length: " + inner.length() + "\r\n",
            "transfer-encoding: chunked, identity\r\n",
            "transfer-encoding: xchunked\r\ncontent-length: 0\r\n",
            "content-length: 0\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n"
        }) {
            String answer =
                    raw("POST /meshkit/peers HTTP/1.1\r\nhost: localhost\r\n" + framing + "\r\n0\r\n\r\n" + inner);

            assertThat(answer).as(framing).startsWith("HTTP/1.1 4").doesNotContain("\r\n\r\nok\n");
        }
    }

    @Test
    void bodies_thatAreTooDeepOrTooManyLabels_areRefused() throws Exception {
        String deep = "{\"patch\":" + "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_001);
        HttpResponse<String> nested = rest.call(QuorumFiles.ADMIN_TOKEN, "PATCH", "/meshkit/config/mesh", deep);
        assertThat(nested.statusCode()).as(nested.body()).isEqualTo(400);

        StringBuilder labels = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            labels.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"v\"");
        }
        HttpResponse<String> many = rest.call(
                QuorumFiles.ADMIN_TOKEN,
                "POST",
                "/meshkit/peers",
                "{\"peer\":{\"id\":\"p\",\"meta\":{\"labels\":{" + labels + "}}}}");
        assertThat(many.statusCode()).as(many.body()).isEqualTo(429);
        assertThat(many.body()).contains("LIMIT_EXCEEDED").contains("at most 64");
    }

    @Test
    void compressedBody_isNotInflated() throws Exception {
        ByteArrayOutputStream small = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(small)) {
            gzip.write(new byte[8 << 20]);
        }

        String answer = raw("POST /meshkit/peers HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
                + "content-type: application/json\r\ncontent-encoding: gzip\r\nauthorization: Bearer "
                + QuorumFiles.ADMIN_TOKEN + "\r\ncontent-length: " + small.size() + "\r\n\r\n"
                + small.toString(StandardCharsets.ISO_8859_1));

        assertThat(answer)
                .startsWith("HTTP/1.1 415 ")
                .contains("INVALID_REQUEST")
                .contains("uncompressed");
    }

    private static SSLSocket connect(int port, String protocol, String trusted, Credential shown) throws Exception {
        KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
        anchors.load(null, NO_PASSWORD);
        anchors.setCertificateEntry("ca", Pem.certificate(trusted));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, NO_PASSWORD);
        if (shown != null) {
            own.setKeyEntry("own", Pem.privateKey(shown.privateKeyPem(), "EC"), NO_PASSWORD, new Certificate[] {
                Pem.certificate(shown.certificatePem())
            });
        }
        keys.init(own, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        // Whatever authorities the server asks for, this client shows what it has.
        context.init(shown == null ? null : AlwaysShown.of(keys), trust.getTrustManagers(), null);
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Of TLS 1.3, whose client learns only by reading what the server thinks of its certificate. */
    private static String handshake(int port, String protocol, String trusted, Credential shown) throws Exception {
        try (SSLSocket socket = connect(port, protocol, trusted, shown)) {
            socket.startHandshake();
            if (protocol.equals("http/1.1")) {
                socket.getOutputStream()
                        .write("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            return socket.getInputStream().read() >= 0 ? ACCEPTED : "closed";
        } catch (SSLException e) {
            return REFUSED;
        } catch (SocketTimeoutException e) {
            return "neither";
        } catch (IOException e) {
            // The alert may be overtaken by the end of the connection.
            return REFUSED;
        }
    }

    private static String raw(String request) throws Exception {
        try (SSLSocket socket = connect(node.https(), "http/1.1", quorum.files().clientCaPem(), null)) {
            socket.startHandshake();
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
