package io.meshkit.server.bootstrap;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;

/** Completes SPIFFE ids of which only the path was given. */
final class SpiffePaths {
    private static final String SCHEME = "spiffe://";

    private SpiffePaths() {}

    /** @throws RegistryException INVALID_REQUEST if it is of another trust domain */
    static String complete(String trustDomain, String spiffeId) {
        if (!spiffeId.startsWith(SCHEME)) {
            return spiffeId.isEmpty() ? "" : SCHEME + trustDomain + "/" + spiffeId;
        }
        if (!spiffeId.startsWith(SCHEME + trustDomain + "/")) {
            throw invalid(
                    "spiffeId",
                    "the SPIFFE id is of another trust domain",
                    "begin it with " + SCHEME + trustDomain + "/, or give the path alone");
        }
        return spiffeId;
    }

    static RegistryException invalid(String field, String message, String hint) {
        return new RegistryException(RegistryException.detail(ErrorCode.INVALID_REQUEST, message, hint)
                .setField(field)
                .build());
    }
}
