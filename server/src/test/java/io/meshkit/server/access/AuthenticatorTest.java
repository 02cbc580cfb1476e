package io.meshkit.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.codahale.metrics.MetricRegistry;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.server.verbs.FakeReplica;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.PeerIdentity;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticatorTest {
    private final MetricRegistry metrics = new MetricRegistry();
    private static final X509Certificate CERTIFICATE = certificate();

    private final DenialBook book = new DenialBook("node-1", 8, () -> 1_000);
    private Authenticator authenticator;

    private final FakeReplica replica = new FakeReplica();

    @BeforeEach
    void load() throws Exception {
        AccessState state = new AccessState(Principals.parse("access.yaml", PrincipalsTest.DOCUMENT));
        state.attach(replica);
        authenticator = new Authenticator(
                List.of(new TokenProvider(state), new MtlsProvider()),
                state,
                SecondLook.NEVER,
                new Denials(metrics, book));
    }

    private static X509Certificate certificate() {
        try {
            return CertificateAuthority.create("test", Duration.ofDays(1))
                    .issue(CertificateRequest.forClient("x", "spiffe://c/x", Duration.ofDays(1)))
                    .certificate();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static VerbRule rule(Scope scope) {
        return new VerbRule("Verb", scope, VerbKind.VERB_KIND_MUTATION, false);
    }

    private static Presented presented(String authorization, String spiffeId) {
        return new Presented(
                authorization,
                spiffeId == null ? null : new PeerIdentity(Optional.of(spiffeId), List.of(), CERTIFICATE));
    }

    @ParameterizedTest
    @CsvSource({
        "SCOPE_ADMIN, SCOPE_ADMIN, true",
        "SCOPE_ADMIN, SCOPE_OBSERVE, true",
        "SCOPE_OPERATE, SCOPE_ADMIN, false",
        "SCOPE_OPERATE, SCOPE_READ, true",
        "SCOPE_READ, SCOPE_OPERATE, false",
        "SCOPE_READ, SCOPE_OBSERVE, true",
        "SCOPE_OBSERVE, SCOPE_READ, false",
        "SCOPE_ADMIN, SCOPE_UNSPECIFIED, false",
        "SCOPE_UNSPECIFIED, SCOPE_OBSERVE, false",
        "SCOPE_UNSPECIFIED, SCOPE_UNSPECIFIED, false",
    })
    void includes_table(Scope held, Scope needed, boolean included) {
        assertThat(Scopes.includes(held, needed)).isEqualTo(included);
    }

    @Test
    void authorize_tokenOrCertificate_isThePrincipal() {
        assertThat(authenticator
                        .authorize(presented("Bearer mkr_reader", null), rule(Scope.SCOPE_READ))
                        .name())
                .isEqualTo("reader");
        assertThat(authenticator
                        .authorize(presented("bearer  mkr_reader", null), rule(Scope.SCOPE_OBSERVE))
                        .name())
                .isEqualTo("reader");
        Principal agent = authenticator.authorize(presented(null, "spiffe://c/agent/1"), rule(Scope.SCOPE_OPERATE));
        assertThat(agent.method()).isEqualTo("mtls");
        assertThat(agent.name()).isEqualTo("spiffe://c/agent/1");
        assertThat(agent.caller().credential().getGroupsList()).containsExactly("spiffe://c/*", "spiffe://c/agent/*");
    }

    @Test
    void authorize_wrongTokenBesideAGoodCertificate_isRefused() {
        assertThat(refusal("Bearer mkr_wrong", "spiffe://c/operator/admin", Scope.SCOPE_OBSERVE))
                .isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void authorize_noOrUnknownCredential_isRefused() {
        assertThat(refusal(null, null, Scope.SCOPE_OBSERVE)).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(refusal(null, "spiffe://c/stranger", Scope.SCOPE_OBSERVE)).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refusal("Basic bWtyX2FkbWlu", null, Scope.SCOPE_OBSERVE)).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(refusal("Bearer ", null, Scope.SCOPE_OBSERVE)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void authorize_tooNarrowAScope_isForbiddenAndCounted() {
        assertThat(refusal("Bearer mkr_reader", null, Scope.SCOPE_OPERATE)).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refusal("Bearer mkr_admin", null, Scope.SCOPE_UNSPECIFIED)).isEqualTo(ErrorCode.FORBIDDEN);

        assertThat(metrics.counter("meshkit_access_denied_total{code=\"FORBIDDEN\"}")
                        .getCount())
                .isEqualTo(2);
    }

    private ErrorCode refusal(String authorization, String spiffe, Scope needed) {
        return catchThrowableOfType(
                        RegistryException.class,
                        () -> authenticator.authorize(presented(authorization, spiffe), rule(needed)))
                .code();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | SCOPE_READ | none",
                "mesh.read | SCOPE_READ | none",
                "Mesh.Read;mesh.observe | SCOPE_READ | none",
                "mesh.observe, mesh.read | SCOPE_OBSERVE | none",
                "mesh.observe | SCOPE_READ | narrows the call to mesh.observe",
                "mesh.operate | SCOPE_READ | does not hold",
                "mesh.read mesh.admin | SCOPE_READ | does not hold",
                "everything | SCOPE_READ | does not hold",
                "'' | SCOPE_READ | does not hold",
            })
    void narrow_byNamedScopes_neverWidens(String named, Scope needed, String refusal) {
        Principal reader = authenticator.authorize(presented("Bearer mkr_reader", null), rule(Scope.SCOPE_OBSERVE));

        RegistryException thrown =
                catchThrowableOfType(RegistryException.class, () -> authenticator.narrow(reader, named, rule(needed)));

        if (refusal == null) {
            assertThat(thrown).isNull();
        } else {
            assertThat(thrown.code()).isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(thrown).hasMessageContaining(refusal);
        }
    }
}
