package io.omnirelay.transport;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a long-lived client finds its TLS material: asked before every new connection, so that a rotated certificate
 * or CA is used without a restart. Thread: any; may read small files, must not wait for the network.
 */
@FunctionalInterface
public interface TlsSource {
    /** @throws IOException if it cannot be read now; the client goes on with what it had */
    TlsMaterial current() throws IOException;

    /** Always the same. */
    static TlsSource of(TlsMaterial material) {
        return () -> material;
    }

    /** PEM files, read again each time. */
    static TlsSource files(@Nullable Path certificateChain, @Nullable Path privateKey, @Nullable Path trustedCa) {
        return () -> TlsMaterial.fromFiles(certificateChain, privateKey, trustedCa);
    }
}
