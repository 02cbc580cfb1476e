package io.omnirelay.pki;

import io.omnirelay.transport.TlsMaterial;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An authority for tests that also issues what has expired. */
public final class TestAuthority {
    private final CertificateAuthority authority;

    private TestAuthority(CertificateAuthority authority) {
        this.authority = authority;
    }

    public static TestAuthority create(String name) {
        return new TestAuthority(CertificateAuthority.create(name, Duration.ofDays(30)));
    }

    /** Was made ten days ago, as everything that it issues. */
    public static TestAuthority tenDaysAgo(String name) {
        Clock then = Clock.fixed(Instant.now().minus(Duration.ofDays(10)), ZoneOffset.UTC);
        return new TestAuthority(CertificateAuthority.create(name, Duration.ofDays(30), then));
    }

    public String pem() {
        return authority.root().certificatePem();
    }

    public Credential server(Duration validity, String... names) {
        return authority.issue(CertificateRequest.forServer("server", List.of(names), null, validity));
    }

    /** Without the names of this machine. */
    public Credential serverOnlyFor(String name) {
        return authority.issue(
                new CertificateRequest("named", List.of(name), List.of(), null, true, false, Duration.ofDays(1)));
    }

    public Credential client(Duration validity, String spiffeId) {
        return authority.issue(CertificateRequest.forClient("client", spiffeId, validity));
    }

    /** Valid for one day. */
    public TlsMaterial server(String... names) {
        return material(server(Duration.ofDays(1), names), pem());
    }

    public static TlsMaterial material(Credential own, @Nullable String trusted) {
        return new TlsMaterial(own.certificatePem(), own.privateKeyPem(), trusted);
    }
}
