package io.meshkit.server.bootstrap;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.util.Optional;

/** SPIFFE ids of which only the path was given, and those of members. */
final class SpiffePaths {
    private static final String SCHEME = "spiffe://";
    private static final String NODE = "node/";

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

    /** The path of a member of the quorum. */
    static String ofMember(String node) {
        return NODE + node;
    }

    /** What follows {@code node/} in a whole SPIFFE id of this quorum; empty: it is not a member's. */
    static Optional<String> memberOf(String trustDomain, String spiffeId) {
        String prefix = SCHEME + trustDomain + "/" + NODE;
        return spiffeId.startsWith(prefix) ? Optional.of(spiffeId.substring(prefix.length())) : Optional.empty();
    }

    static RegistryException invalid(String field, String message, String hint) {
        return new RegistryException(RegistryException.detail(ErrorCode.INVALID_REQUEST, message, hint)
                .setField(field)
                .build());
    }
}
