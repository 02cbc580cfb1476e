package io.meshkit.client;

import io.omnirelay.pki.Fingerprints;
import io.omnirelay.pki.Pem;
import io.omnirelay.transport.tls.TrustedCas;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What a server says of itself to whoever knows nothing yet: the quorum's id, and the certificates that those of its
 * servers lead to.
 */
record TrustAnchor(String quorumId, List<X509Certificate> certificates) {
    private static final String PATH = "/meshkit/bootstrap/anchor";
    private static final String QUORUM = "quorum: ";
    private static final int BYTES_MAX = 64 * 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** From a server that nobody vouches for. Nothing secret is sent. */
    static TrustAnchor unverified(Endpoint server) throws IOException, GeneralSecurityException {
        return fetch(server, new TrustManager[] {new Anybody()});
    }

    /** From the server, if its certificate leads to one of these and is for its host. */
    TrustAnchor verified(Endpoint server) throws IOException, GeneralSecurityException {
        return fetch(server, new TrustManager[] {TrustedCas.of(certificates)});
    }

    String sha256() {
        return Fingerprints.sha256(certificates);
    }

    String pem() {
        return certificates.stream().map(Pem::encode).collect(Collectors.joining());
    }

    private static TrustAnchor fetch(Endpoint server, TrustManager[] trust)
            throws IOException, GeneralSecurityException {
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, trust, null);
        HttpClient client =
                HttpClient.newBuilder().sslContext(tls).connectTimeout(TIMEOUT).build();
        String host = server.host().indexOf(':') >= 0 ? "[" + server.host() + "]" : server.host();
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + host + ":" + server.httpsPort() + PATH))
                .timeout(TIMEOUT)
                .build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                String text = new String(body.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
                if (response.statusCode() != 200 || !text.startsWith(QUORUM)) {
                    throw new IOException("it answers " + response.statusCode() + " and no trust anchor");
                }
                return of(text);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static TrustAnchor of(String text) throws GeneralSecurityException {
        int end = text.indexOf('\n');
        return new TrustAnchor(text.substring(QUORUM.length(), end).strip(), Pem.certificates(text.substring(end + 1)));
    }

    /** Takes any certificate: what comes over such a connection is compared with a hash before it is believed. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
