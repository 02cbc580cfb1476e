package io.meshkit.server.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import io.omnirelay.pki.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwksSourceTest {
    private static final Issuer ISSUER = new Issuer("a", "k", 0);
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path directory;

    private HttpsServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("jwks.json"), text);
    }

    private List<JWK> read(String text) throws Exception {
        return JwksSource.file(file(text)).fetch();
    }

    @Test
    void file_keysForSignatures_areTaken() throws Exception {
        assertThat(read(ISSUER.jwks())).isEqualTo(ISSUER.publicKeys());
    }

    @Test
    void file_privateKeys_areTakenAsPublicOnes() throws Exception {
        assertThat(read(new JWKSet(List.of(ISSUER.rsa, ISSUER.ec)).toString(false)))
                .isEqualTo(ISSUER.publicKeys())
                .noneMatch(JWK::isPrivate);
    }

    @Test
    void file_secretsAndWeakKeys_areLeftOut() throws Exception {
        OctetSequenceKey secret = new OctetSequenceKeyGenerator(256).keyID("s").generate();
        KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
        weak.initialize(1024);
        JWK short1024 = new com.nimbusds.jose.jwk.RSAKey.Builder(
                        (RSAPublicKey) weak.generateKeyPair().getPublic())
                .build();
        assertThat(read(new JWKSet(List.of(secret, short1024, ISSUER.ec)).toString(false)))
                .containsExactly(ISSUER.ec.toPublicJWK());
        assertThatThrownBy(() -> read(new JWKSet(List.of(secret, short1024)).toString(false)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no RSA key of 2048 bits");
    }

    @Test
    void file_thatIsNone_orTooLarge_isRefused() {
        assertThatThrownBy(() -> read("no json")).hasMessageContaining("is no JWK Set");
        assertThatThrownBy(() -> read("{\"keys\":" + "[".repeat(100_000))).hasMessageContaining("is no JWK Set");
        assertThatThrownBy(() -> read(" ".repeat(JwksSource.BYTES_MAX) + ISSUER.jwks()))
                .hasMessageContaining("more than 262144 bytes");
        assertThatThrownBy(() -> read(
                        new JWKSet(Collections.nCopies(JwksSource.KEYS_MAX + 1, ISSUER.ec.toPublicJWK())).toString()))
                .hasMessageContaining("at most 64");
        assertThatThrownBy(() -> JwksSource.file(directory.resolve("missing")).fetch())
                .isInstanceOf(IOException.class);
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Serves /jwks with a certificate of the authority. */
    private URI serve(CertificateAuthority authority, Handler handler) throws Exception {
        Credential credential =
                authority.issue(CertificateRequest.forServer("issuer", List.of("127.0.0.1"), "spiffe://i/s", DAY));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("k", Pem.privateKey(credential.privateKeyPem(), "EC"), new char[0], new Certificate[] {
            credential.certificate()
        });
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/jwks", handler::handle);
        server.start();
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
    }

    private Path ca(CertificateAuthority authority) throws IOException {
        return Files.writeString(directory.resolve("ca.pem"), authority.root().certificatePem());
    }

    @Test
    void url_isRead_withItsOwnAuthority_andRotates() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create("issuer", DAY);
        List<Issuer> current = new CopyOnWriteArrayList<>(List.of(ISSUER));
        URI url = serve(
                authority,
                exchange -> answer(exchange, 200, current.getFirst().jwks().getBytes(StandardCharsets.UTF_8)));
        JwtKeys.Source source = JwksSource.url(url, ca(authority));
        assertThat(source.fetch()).isEqualTo(ISSUER.publicKeys());
        current.set(0, new Issuer("a", "next", 0));
        assertThat(source.fetch()).isEqualTo(current.getFirst().publicKeys());
    }

    @Test
    void url_ofAnotherAuthority_isRefused() throws Exception {
        URI url = serve(
                CertificateAuthority.create("somebody", DAY),
                exchange -> answer(exchange, 200, ISSUER.jwks().getBytes(StandardCharsets.UTF_8)));
        Path other = ca(CertificateAuthority.create("issuer", DAY));
        assertThatThrownBy(() -> JwksSource.url(url, other).fetch()).isInstanceOf(IOException.class);
    }

    @Test
    void url_redirectErrorAndTooLarge_areRefused() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create("issuer", DAY);
        List<Integer> status = new CopyOnWriteArrayList<>(List.of(302));
        URI url = serve(authority, exchange -> {
            exchange.getResponseHeaders().set("location", "/jwks");
            answer(exchange, status.getFirst(), new byte[status.getFirst() == 200 ? JwksSource.BYTES_MAX + 1 : 0]);
        });
        JwtKeys.Source source = JwksSource.url(url, ca(authority));
        assertThatThrownBy(source::fetch).hasMessageContaining("answers 302");
        status.set(0, 500);
        assertThatThrownBy(source::fetch).hasMessageContaining("answers 500");
        status.set(0, 200);
        assertThatThrownBy(source::fetch).isInstanceOf(IOException.class).hasMessageContaining("cannot be read");
    }

    @Test
    void url_caThatIsNone_isRefusedAtTheStart() throws Exception {
        Path none = Files.writeString(directory.resolve("none.pem"), "");
        assertThatThrownBy(() -> JwksSource.url(URI.create("https://127.0.0.1/jwks"), none))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none.pem");
    }
}
