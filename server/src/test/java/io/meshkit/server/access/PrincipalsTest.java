package io.meshkit.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.options.Scope;
import io.meshkit.server.config.ConfigException;
import org.junit.jupiter.api.Test;

class PrincipalsTest {
    // SHA-256 of "mkr_admin".
    static final String ADMIN_HASH = Tokens.sha256("mkr_admin");

    static final String DOCUMENT = """
            principals:
              - {name: admin, scopes: [mesh.admin], spiffe: "spiffe://c/operator/admin", token-sha256: %s}
              - {name: reader, scopes: [mesh.read, mesh.observe], token-sha256: %s}
              - {name: agent, scopes: [mesh.operate], spiffe: "spiffe://c/agent/1"}
            """.formatted(ADMIN_HASH, Tokens.sha256("mkr_reader"));

    @Test
    void byToken_known_isItsPrincipal() throws Exception {
        Principals principals = Principals.parse("access.yaml", DOCUMENT);

        assertThat(principals.byToken("mkr_admin")).contains(new Principal("admin", "token", Scope.SCOPE_ADMIN));
        assertThat(principals.byToken("mkr_reader")).contains(new Principal("reader", "token", Scope.SCOPE_READ));
    }

    @Test
    void byToken_unknownOrTheHashItself_isNobody() throws Exception {
        Principals principals = Principals.parse("access.yaml", DOCUMENT);

        assertThat(principals.byToken("mkr_other")).isEmpty();
        assertThat(principals.byToken("")).isEmpty();
        assertThat(principals.byToken(ADMIN_HASH)).isEmpty();
    }

    @Test
    void bySpiffe_known_isItsPrincipal() throws Exception {
        Principals principals = Principals.parse("access.yaml", DOCUMENT);

        assertThat(principals.bySpiffe("spiffe://c/agent/1"))
                .contains(new Principal("agent", "mtls", Scope.SCOPE_OPERATE));
        assertThat(principals.bySpiffe("spiffe://c/agent/2")).isEmpty();
    }

    @Test
    void parse_mistakes_areNamed() {
        assertThatThrownBy(() -> Principals.parse("access.yaml", "principals: [{name: a, scopes: [mesh.all]}]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("spiffe or token-sha256 must be given")
                .hasMessageContaining("'mesh.all' is none of [mesh.observe, mesh.read, mesh.operate, mesh.admin]");
        assertThatThrownBy(() -> Principals.parse("access.yaml", "principals: [{name: a, token: mkr_x}]"))
                .hasMessageContaining("no such key");
        assertThatThrownBy(() -> Principals.parse(
                        "access.yaml", "principals: [{name: a, scopes: [mesh.read], token-sha256: 12}]"))
                .hasMessageContaining("64 hex digits");
        assertThatThrownBy(() -> Principals.parse("access.yaml", """
                        principals:
                          - {name: a, scopes: [mesh.read], spiffe: "spiffe://c/x"}
                          - {name: b, scopes: [mesh.read], spiffe: "spiffe://c/x"}
                        """)).hasMessageContaining("share");
    }

    @Test
    void parse_scopesLeftOut_isRefused() {
        assertThatThrownBy(() -> Principals.parse("access.yaml", "principals: [{name: a, spiffe: 'spiffe://c/x'}]"))
                .hasMessageContaining("scopes must name at least one");
    }
}
