package io.meshkit.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.codahale.metrics.MetricRegistry;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.options.Scope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticatorTest {
    private final MetricRegistry metrics = new MetricRegistry();
    private Authenticator authenticator;

    @BeforeEach
    void load() throws Exception {
        authenticator =
                new Authenticator(Principals.parse("access.yaml", PrincipalsTest.DOCUMENT), new Denials(metrics));
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
                        .authorize("Bearer mkr_reader", null, Scope.SCOPE_READ, "GetPeer")
                        .name())
                .isEqualTo("reader");
        assertThat(authenticator
                        .authorize("bearer  mkr_reader", null, Scope.SCOPE_OBSERVE, "x")
                        .name())
                .isEqualTo("reader");
        assertThat(authenticator
                        .authorize(null, "spiffe://c/agent/1", Scope.SCOPE_OPERATE, "CordonPeer")
                        .method())
                .isEqualTo("mtls");
    }

    @Test
    void authorize_wrongTokenBesideAGoodCertificate_isRefused() {
        assertThat(refusal("Bearer mkr_wrong", "spiffe://c/operator/admin", Scope.SCOPE_OBSERVE))
                .isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void authorize_noOrUnknownCredential_isUnauthenticated() {
        assertThat(refusal(null, null, Scope.SCOPE_OBSERVE)).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(refusal(null, "spiffe://c/stranger", Scope.SCOPE_OBSERVE)).isEqualTo(ErrorCode.UNAUTHENTICATED);
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
                        RegistryException.class, () -> authenticator.authorize(authorization, spiffe, needed, "Verb"))
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
        Principal reader = authenticator.authorize("Bearer mkr_reader", null, Scope.SCOPE_OBSERVE, "Verb");

        RegistryException thrown = catchThrowableOfType(
                RegistryException.class, () -> authenticator.narrow(reader, named, needed, "Verb"));

        if (refusal == null) {
            assertThat(thrown).isNull();
        } else {
            assertThat(thrown.code()).isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(thrown).hasMessageContaining(refusal);
        }
    }
}
