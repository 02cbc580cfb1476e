package io.meshkit.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.meshkit.options.Scope;
import io.meshkit.server.config.ConfigException;
import io.meshkit.v1.Binding;
import io.meshkit.v1.SeedAccessRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void scope_ofNamesAndSpiffeIds_isTheFiles() throws Exception {
        Principals principals = Principals.parse("access.yaml", DOCUMENT);

        assertThat(principals.scope("admin")).isEqualTo(Scope.SCOPE_ADMIN);
        assertThat(principals.scope("spiffe://c/operator/admin")).isEqualTo(Scope.SCOPE_ADMIN);
        assertThat(principals.scope("reader")).isEqualTo(Scope.SCOPE_READ);
        assertThat(principals.scope("spiffe://c/agent/1")).isEqualTo(Scope.SCOPE_OPERATE);
        assertThat(principals.scope("spiffe://c/agent/2")).isEqualTo(Scope.SCOPE_UNSPECIFIED);
        // Nobody can be authenticated under this name: it is known only by its certificate.
        assertThat(principals.scope("agent")).isEqualTo(Scope.SCOPE_UNSPECIFIED);
    }

    @Test
    void seed_everyPrincipal_becomesBindingsAndTokens() throws Exception {
        SeedAccessRequest seed = Principals.parse("access.yaml", DOCUMENT).seed();

        assertThat(seed.getBindingsList())
                .extracting(Binding::getPrincipal, Binding::getRole)
                .containsExactly(
                        tuple("spiffe://c/operator/admin", "mesh.admin"),
                        tuple("admin", "mesh.admin"),
                        tuple("reader", "mesh.read"),
                        tuple("spiffe://c/agent/1", "mesh.operate"));
        assertThat(seed.getTokensList())
                .extracting(token -> token.getToken().getId())
                .containsExactly(TokenText.idOf("mkr_admin"), TokenText.idOf("mkr_reader"));
        assertThat(seed.toString()).doesNotContain("mkr_");
    }

    @Test
    void load_noFile_isNobody(@TempDir Path directory) throws Exception {
        assertThat(Principals.load(directory.resolve("gone.yaml")).hasAdmin()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"meshkit:upkeep", "system:lessor"})
    void parse_namesOfTheRegistryItself_areRefused(String name) {
        assertThatThrownBy(() -> Principals.parse(
                        "access.yaml",
                        "principals: [{name: '" + name + "', scopes: [mesh.read], token-sha256: " + ADMIN_HASH + "}]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("begin with none of");
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
