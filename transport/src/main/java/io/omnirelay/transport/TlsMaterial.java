package io.omnirelay.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Who we are and whom we trust, as PEM text. Immutable.
 *
 * <p>A server needs a certificate and key; its trusted CA, if any, is the one that client certificates must
 * chain to. A client needs a trusted CA; its certificate and key are optional.
 *
 * @param certificateChainPem own certificate first, then intermediates; null for an anonymous client
 * @param privateKeyPem       unencrypted PKCS#8; null exactly when the chain is
 * @param trustedCaPem        one or more CA certificates; null: a server asks for no client certificate, a client
 *                            trusts the CAs of the platform
 */
public record TlsMaterial(
        @Nullable String certificateChainPem,
        @Nullable String privateKeyPem,
        @Nullable String trustedCaPem) {
    public TlsMaterial {
        if ((certificateChainPem == null) != (privateKeyPem == null)) {
            throw new IllegalArgumentException("A certificate and its private key belong together");
        }
    }

    /** A client without a certificate that trusts the given CA only. */
    public static TlsMaterial trusting(String trustedCaPem) {
        return new TlsMaterial(null, null, trustedCaPem);
    }

    /**
     * Reads PEM files.
     *
     * @throws IOException if one cannot be read
     */
    public static TlsMaterial fromFiles(
            @Nullable Path certificateChain, @Nullable Path privateKey, @Nullable Path trustedCa) throws IOException {
        return new TlsMaterial(read(certificateChain), read(privateKey), read(trustedCa));
    }

    private static @Nullable String read(@Nullable Path file) throws IOException {
        return file == null ? null : Files.readString(file, StandardCharsets.US_ASCII);
    }

    /** Names what is there; never the key. */
    @Override
    public String toString() {
        return "TlsMaterial[certificate=" + (certificateChainPem != null) + ", trustedCa=" + (trustedCaPem != null)
                + "]";
    }
}
