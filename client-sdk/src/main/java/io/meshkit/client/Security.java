package io.meshkit.client;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a client trusts the quorum and proves who it is. Connections are always TLS.
 *
 * @param ca          PEM of the CA that signed the nodes' certificates; null: the platform's trust store
 * @param certificate PEM chain of the client certificate, with {@code key}; null: no client certificate
 * @param key         PEM of its unencrypted PKCS #8 key
 * @param token       asked before every attempt for the bearer token; null: none
 */
record Security(
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable Supplier<String> token) {

    Security {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("a client certificate and its key go together");
        }
    }
}
