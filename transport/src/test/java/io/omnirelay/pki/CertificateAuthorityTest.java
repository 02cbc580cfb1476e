package io.omnirelay.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final CertificateAuthority authority = CertificateAuthority.create("test CA", DAY);

    @Test
    void create_isACaOfOneLevelThatSignsItself() throws Exception {
        var root = authority.root().certificate();
        root.verify(root.getPublicKey());
        assertThat(root.getBasicConstraints()).isZero();
        assertThat(root.getKeyUsage()[5]).as("keyCertSign").isTrue();
    }

    @Test
    void issue_saysWhatTheRequestSays() throws Exception {
        Credential node = authority.issue(
                CertificateRequest.forNode("node-1", List.of("10.1.2.3", "n1.example"), "spiffe://q/node/node-1", DAY));
        node.certificate().verify(authority.root().certificate().getPublicKey());
        node.certificate().checkValidity();
        assertThat(node.certificate().getBasicConstraints()).isEqualTo(-1);
        assertThat(node.certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(node.certificate().getSubjectAlternativeNames().stream().map(name -> (Object) name.get(1)))
                .contains("localhost", "n1.example", "127.0.0.1", "10.1.2.3", "spiffe://q/node/node-1");
        PeerIdentity identity = PeerIdentity.of(node.certificate());
        assertThat(identity.spiffeId()).contains("spiffe://q/node/node-1");
        assertThat(identity.dnsNames()).containsExactly("localhost", "n1.example");
    }

    @Test
    void issue_givesEveryCertificateItsOwnSerialNumberAndKey() {
        CertificateRequest request = CertificateRequest.forClient("admin", "spiffe://q/operator/admin", DAY);
        Credential one = authority.issue(request);
        Credential two = authority.issue(request);
        assertThat(one.certificate().getSerialNumber())
                .isNotEqualTo(two.certificate().getSerialNumber());
        assertThat(one.privateKey()).isNotEqualTo(two.privateKey());
    }

    @Test
    void load_readsBackWhatWasStored() throws Exception {
        Credential root = authority.root();
        CertificateAuthority loaded = CertificateAuthority.load(root.certificatePem(), root.privateKeyPem());
        Credential issued = loaded.issue(CertificateRequest.forClient("a", "spiffe://q/operator/a", DAY));
        issued.certificate().verify(root.certificate().getPublicKey());
    }

    @Test
    void load_refusesAKeyOfAnotherCertificate() {
        CertificateAuthority other = CertificateAuthority.create("other CA", DAY);
        assertThatThrownBy(() -> CertificateAuthority.load(
                        authority.root().certificatePem(), other.root().privateKeyPem()))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("test CA");
    }

    @Test
    void load_refusesADamagedKey() {
        assertThatThrownBy(() -> CertificateAuthority.load(authority.root().certificatePem(), "no key"))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageContaining("PKCS#8");
    }

    @Test
    void request_refusesWhatIsNoSpiffeId() {
        assertThatThrownBy(() -> CertificateRequest.forClient("a", "https://q/operator/a", DAY))
                .hasMessageContaining("SPIFFE");
    }

    @Test
    void toString_neverShowsTheKey() {
        assertThat(authority.root().toString()).contains("test CA").doesNotContain("PRIVATE");
    }

    @Test
    void secretFiles_areReadableByTheirOwnerOnly(@TempDir Path directory) throws Exception {
        Path nested = directory.resolve("a/b");
        SecretFiles.createDirectories(nested);
        Path file = nested.resolve("key.pem");
        SecretFiles.write(file, "one");
        SecretFiles.write(file, "two");
        assertThat(Files.readString(file)).isEqualTo("two");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(nested)))
                .isEqualTo("rwx------");
        try (var files = Files.list(nested)) {
            assertThat(files).containsExactly(file);
        }
    }
}
