package io.omnirelay.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnirelay.transport.TestPki;
import java.security.Principal;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

class OneKeyTest {
    private final OneKey key = OneKey.of(TestPki.client());

    @Test
    void choose_ofItsKindOnly() {
        String own = key.key().getAlgorithm();
        String alias = key.chooseEngineClientAlias(new String[] {"Other", own}, null, null);
        assertThat(alias).isNotNull();
        assertThat(key.getCertificateChain(alias)).isEqualTo(PemMaterial.certificates(chainOf()));
        assertThat(key.getPrivateKey(alias)).isEqualTo(key.key());
        assertThat(key.chooseEngineServerAlias(own + "_RSA", null, null)).isEqualTo(alias);
        assertThat(key.chooseEngineServerAlias("Other", null, null)).isNull();
        assertThat(key.getServerAliases("Other", null)).isNull();
    }

    /** Else a caller with a stranger's certificate could not go on without one, where none is required. */
    @Test
    void choose_noneWhereItsIssuerIsNotTrusted() {
        String own = key.key().getAlgorithm();
        Principal issuer = key.chain().get(0).getIssuerX500Principal();
        Principal stranger = new X500Principal("CN=Somebody else");
        assertThat(key.chooseClientAlias(new String[] {own}, new Principal[] {stranger}, null))
                .isNull();
        assertThat(key.chooseClientAlias(new String[] {own}, new Principal[] {stranger, issuer}, null))
                .isNotNull();
    }

    @Test
    void of_withoutAKey_isRefused() {
        assertThatThrownBy(() -> OneKey.of(TestPki.anonymous()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("private key");
    }

    private static String chainOf() {
        String chain = TestPki.client().certificateChainPem();
        assertThat(chain).isNotNull();
        return chain;
    }
}
