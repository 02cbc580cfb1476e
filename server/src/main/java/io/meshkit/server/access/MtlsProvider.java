package io.meshkit.server.access;

import io.meshkit.domain.access.AccessResolver;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.v1.Credential;
import io.omnirelay.pki.PeerIdentity;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Client certificates, which TLS has verified. The principal is the SPIFFE id; each prefix of its path is a group:
 * {@code spiffe://mesh/workload/gateway/7} is in {@code spiffe://mesh/*}, {@code spiffe://mesh/workload/*} and
 * {@code spiffe://mesh/workload/gateway/*}.
 */
public final class MtlsProvider implements AuthenticationProvider {
    private static final String SCHEME = "spiffe://";

    @Override
    public Optional<Caller> authenticate(Presented presented) throws RefusedException {
        PeerIdentity certificate = presented.certificate();
        if (certificate == null) {
            return Optional.empty();
        }
        String id = certificate
                .spiffeId()
                .orElseThrow(() -> new RefusedException("the certificate names no SPIFFE id, or more than one"));
        return Optional.of(new Caller(
                id,
                Credential.newBuilder()
                        .setMethod(AccessResolver.MTLS_METHOD)
                        .setId(certificate.certificate().getSerialNumber().toString(16))
                        .addAllGroups(groups(id))
                        .setExpiresAtMs(certificate.certificate().getNotAfter().getTime())
                        .build()));
    }

    /** In order; of a very deep path the first ones. */
    static List<String> groups(String spiffeId) {
        TreeSet<String> groups = new TreeSet<>();
        int slash = spiffeId.indexOf('/', SCHEME.length());
        while (slash > 0 && groups.size() < DomainLimits.GROUPS_MAX) {
            groups.add(spiffeId.substring(0, slash) + "/*");
            slash = spiffeId.indexOf('/', slash + 1);
        }
        return List.copyOf(groups);
    }
}
