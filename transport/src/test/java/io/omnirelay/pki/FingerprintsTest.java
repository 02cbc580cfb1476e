package io.omnirelay.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintsTest {
    private final X509Certificate one = certificate("one");
    private final X509Certificate two = certificate("two");

    private static X509Certificate certificate(String name) {
        return CertificateAuthority.create(name, Duration.ofDays(1)).root().certificate();
    }

    @Test
    void sha256_ofOne_isItsOwn() throws Exception {
        assertThat(Fingerprints.sha256(List.of(one)))
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(one.getEncoded())));
    }

    @Test
    void sha256_ofSeveral_isOfTheSet() {
        String both = Fingerprints.sha256(List.of(one, two));

        assertThat(both).hasSize(64).isEqualTo(Fingerprints.sha256(List.of(two, one, two)));
        assertThat(both).isNotEqualTo(Fingerprints.sha256(List.of(one)));
        assertThat(both).isNotEqualTo(Fingerprints.sha256(List.of(one, certificate("two"))));
    }

    @Test
    void sha256_ofNone_isNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Fingerprints.sha256(List.of()));
    }

    @Test
    void certificates_ofPem_areAllOfThem() throws Exception {
        assertThat(Pem.certificates(Pem.encode(one) + "text between\n" + Pem.encode(two)))
                .containsExactly(one, two);
    }
}
