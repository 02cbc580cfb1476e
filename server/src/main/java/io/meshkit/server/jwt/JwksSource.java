package io.meshkit.server.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.omnirelay.transport.tls.TrustedCas;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** A JWK Set (RFC 7517) in a file or behind an https URL. */
public final class JwksSource {
    /** Bytes of a set. */
    static final int BYTES_MAX = 256 << 10;
    /** Keys of a set. */
    static final int KEYS_MAX = 64;
    /** Bits of an RSA key; what is smaller is left out. */
    static final int RSA_BITS_MIN = 2048;

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private JwksSource() {}

    public static JwtKeys.Source file(Path file) {
        return () -> {
            try (InputStream in = new FileInputStream(file.toFile())) {
                return parse(in.readNBytes(BYTES_MAX + 1), file.toString());
            }
        };
    }

    /**
     * Redirects are not followed, and the whole answer must come within 5 s.
     *
     * @param url https
     * @param ca  PEM of the authorities of its server; null: the system's
     * @throws IOException if the PEM is none
     */
    public static JwtKeys.Source url(URI url, @Nullable Path ca) throws IOException {
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        if (ca != null) {
            builder.sslContext(trusting(ca));
        }
        HttpClient client = builder.build();
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(TIMEOUT)
                .header("accept", "application/jwk-set+json, application/json")
                .build();
        return () -> {
            CompletableFuture<HttpResponse<byte[]>> answer =
                    client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BYTES_MAX));
            try {
                HttpResponse<byte[]> response = answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                if (response.statusCode() != 200) {
                    throw new IOException(url + " answers " + response.statusCode());
                }
                return parse(response.body(), url.toString());
            } catch (ExecutionException e) {
                throw new IOException(url + " cannot be read: " + e.getCause(), e);
            } catch (TimeoutException e) {
                answer.cancel(true);
                throw new IOException(url + " did not answer within " + TIMEOUT.toSeconds() + " s", e);
            }
        };
    }

    /** The public keys that can verify a signature. */
    static List<JWK> parse(byte[] set, String where) throws IOException {
        if (set.length > BYTES_MAX) {
            throw new IOException(where + " has more than " + BYTES_MAX + " bytes");
        }
        List<JWK> all;
        try {
            all = JWKSet.parse(new String(set, StandardCharsets.UTF_8)).getKeys();
        } catch (ParseException e) {
            throw new IOException(where + " is no JWK Set", e);
        }
        if (all.size() > KEYS_MAX) {
            throw new IOException(where + " has " + all.size() + " keys, at most " + KEYS_MAX + " are allowed");
        }
        List<JWK> usable = new ArrayList<>();
        for (JWK key : all) {
            if (isUsable(key)) {
                usable.add(key.toPublicJWK());
            }
        }
        if (usable.isEmpty()) {
            throw new IOException(where + " has no RSA key of " + RSA_BITS_MIN + " bits or EC key for signatures");
        }
        return usable;
    }

    private static boolean isUsable(JWK key) {
        try {
            boolean known = key instanceof ECKey ec ? ec.toECPublicKey() != null : key instanceof RSAKey;
            return known
                    && (!(key instanceof RSAKey rsa)
                            || rsa.toRSAPublicKey().getModulus().bitLength() >= RSA_BITS_MIN);
        } catch (JOSEException | RuntimeException e) {
            return false;
        }
    }

    private static SSLContext trusting(Path ca) throws IOException {
        try (InputStream in = new FileInputStream(ca.toFile())) {
            List<X509Certificate> authorities = new ArrayList<>();
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                authorities.add((X509Certificate) certificate);
            }
            if (authorities.isEmpty()) {
                throw new IOException(ca + " holds no certificate");
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {TrustedCas.of(authorities)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(ca + " cannot be used: " + e.getMessage(), e);
        }
    }
}
