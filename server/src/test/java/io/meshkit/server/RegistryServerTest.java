package io.meshkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.server.process.QuorumFiles;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the process does before it starts anything. */
class RegistryServerTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return RegistryServer.run(
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private String config() throws Exception {
        return QuorumFiles.create(directory, 1, Map.of())
                .members()
                .getFirst()
                .config()
                .toString();
    }

    @Test
    void run_printConfig_printsAndStartsNothing() throws Exception {
        assertThat(run("--config", config(), "--print-config")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("node.id: node-1");
    }

    @Test
    void run_badSetting_isExitCode2WithASuggestion() throws Exception {
        assertThat(run("--config", config(), "--set", "limits.slow-reqest-ms=1"))
                .isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("did you mean limits.slow-request-ms?");
    }

    @Test
    void run_policyThatViolates_isExitCode2WithFindingsAndHints() throws Exception {
        int status = run(
                "--config",
                config(),
                "--set",
                "transport-policy.categories[0].name=control-plane",
                "--set",
                "transport-policy.categories[0].transports=http3,htp2",
                "--set",
                "transport-policy.exceptions[0].category=internal",
                "--set",
                "transport-policy.exceptions[0].transports=http2",
                "--set",
                "transport-policy.exceptions[0].approved-by=ada",
                "--set",
                "transport-policy.exceptions[0].reason=because",
                "--set",
                "transport-policy.exceptions[0].expires=2001-01-01T00:00:00Z");

        assertThat(status).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("transport-policy: control-plane: no such transport: htp2 (unknown-transport);"
                        + " did you mean http2?")
                .contains("transport-policy: exceptions[0]: category internal has no exceptions")
                .contains("(exception-expired)");
        assertThat(directory.resolve("node-1/data")).doesNotExist();
    }

    @Test
    void run_validatePolicy_startsNothingAndNeedsNoFile() {
        assertThat(run("--validate-policy")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("valid: ");
        assertThat(run("--validate-policy", "--format", "json", "--set", "http3.enabled=maybe"))
                .isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("is neither true nor false");
        assertThat(run("--validate-policy", "--format", "xml")).isEqualTo(2);
    }

    @Test
    void run_badFlags_areExitCode2() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("--config")).isEqualTo(2);
        assertThat(run("--conifg", "x")).isEqualTo(2);
        assertThat(run("--config", directory.resolve("none.yaml").toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("unknown flag --conifg", "no such file");
    }

    @Test
    void run_help_saysTheExitCodes() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("exit codes: 0");
    }

    @Test
    void version_isThatOfTheBuild() {
        assertThat(RegistryServer.version()).matches("\\d+\\.\\d+\\.\\d+.*");
    }
}
