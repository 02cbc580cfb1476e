package io.omnirelay.pki;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate shall say.
 *
 * @param commonName  the subject, for people; nothing is decided by it
 * @param dnsNames    names under which a server is reached
 * @param ipAddresses addresses under which a server is reached
 * @param spiffeId    the identity, {@code spiffe://trust-domain/path}, or null
 * @param server      may serve TLS
 * @param client      may authenticate as a TLS client
 * @param validity    from now
 */
public record CertificateRequest(
        String commonName,
        List<String> dnsNames,
        List<String> ipAddresses,
        @Nullable String spiffeId,
        boolean server,
        boolean client,
        Duration validity) {
    /** So long before they are made certificates begin, so that a machine whose clock lags a little accepts them. */
    public static final Duration BEGINS_BEFORE = Duration.ofMinutes(5);

    public CertificateRequest {
        dnsNames = List.copyOf(dnsNames);
        ipAddresses = List.copyOf(ipAddresses);
        if (validity.isNegative() || validity.isZero()) {
            throw new IllegalArgumentException("validity must be positive: " + validity);
        }
        if (spiffeId != null && !spiffeId.matches("spiffe://[a-z0-9._-]+(/[A-Za-z0-9._-]+)+")) {
            throw new IllegalArgumentException("not a SPIFFE id: " + spiffeId);
        }
    }

    /** A certificate for a TLS server reached as localhost, on loopback, or under the hosts given. */
    public static CertificateRequest forServer(
            String commonName, List<String> hosts, @Nullable String spiffeId, Duration validity) {
        return of(commonName, hosts, spiffeId, false, validity);
    }

    /** A certificate for a node that both serves and calls its like. */
    public static CertificateRequest forNode(
            String commonName, List<String> hosts, @Nullable String spiffeId, Duration validity) {
        return of(commonName, hosts, spiffeId, true, validity);
    }

    /** A certificate for a TLS client. */
    public static CertificateRequest forClient(String commonName, String spiffeId, Duration validity) {
        return new CertificateRequest(commonName, List.of(), List.of(), spiffeId, false, true, validity);
    }

    private static CertificateRequest of(
            String commonName, List<String> hosts, @Nullable String spiffeId, boolean client, Duration validity) {
        List<String> dnsNames = new ArrayList<>(List.of("localhost"));
        List<String> ipAddresses = new ArrayList<>(List.of("127.0.0.1", "::1"));
        for (String host : hosts) {
            List<String> names = isAddress(host) ? ipAddresses : dnsNames;
            if (!names.contains(host)) {
                names.add(host);
            }
        }
        return new CertificateRequest(commonName, dnsNames, ipAddresses, spiffeId, true, client, validity);
    }

    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9]+(\\.[0-9]+){3}");
    }
}
