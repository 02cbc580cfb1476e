package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.client.ClientContext;
import io.omnirelay.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumInitTest {
    @TempDir
    Path directory;

    private Cli.Result init(String hosts, String basePort) {
        return new Cli(directory.resolve("state"))
                .run(
                        "quorum",
                        "init",
                        "--data",
                        directory.resolve("quorum").toString(),
                        "--host",
                        hosts,
                        "--base-port",
                        basePort);
    }

    @Test
    void init_makesOneNodePerHost() throws Exception {
        Cli.Result made = init("10.0.0.1,10.0.0.2,registry-3", "7000");

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out()).startsWith("Made a new quorum of 3").doesNotContain("mkr_");
        Path quorum = directory.resolve("quorum");
        assertThat(ClientContext.load(quorum).endpoints())
                .extracting(Object::toString)
                .containsExactly("node-1 (10.0.0.1:7001)", "node-2 (10.0.0.2:7001)", "node-3 (registry-3:7001)");
        assertThat(quorum.resolve("node-2/server.yaml"))
                .content()
                .contains("listen: {host: 10.0.0.2, https-port: 7000")
                .contains("{node: node-3, host: registry-3, https-port: 7000");
        assertThat(quorum.resolve("admin.token")).content().startsWith("mkr_");
    }

    @Test
    void init_givesEachNodeTheMemberCa_whichNobodyTakesForClients() throws Exception {
        init("10.0.0.1", "7000");

        Path quorum = directory.resolve("quorum");
        Path tls = quorum.resolve("node-1/tls");
        X509Certificate memberCa = Pem.certificate(Files.readString(tls.resolve("member-issuer.pem")));
        assertThat(Pem.certificates(Files.readString(quorum.resolve("tls/ca.pem"))))
                .hasSize(2)
                .last()
                .isEqualTo(memberCa);
        assertThat(Pem.certificates(Files.readString(quorum.resolve("tls/raft-ca.pem"))))
                .hasSize(2)
                .last()
                .isEqualTo(memberCa);
        assertThat(Pem.certificates(Files.readString(tls.resolve("client-ca.pem"))))
                .hasSize(2)
                .doesNotContain(memberCa);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tls.resolve("member-issuer.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void init_twice_isRefusedAndKeepsTheFirst() throws Exception {
        init("a", "7000");
        byte[] first = Files.readAllBytes(directory.resolve("quorum/client.yaml"));

        assertThat(init("b", "7000").exitCode()).isEqualTo(5);
        assertThat(Files.readAllBytes(directory.resolve("quorum/client.yaml"))).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,b|7000|2 hosts do not fit",
                "a,b,a|7000|names a host twice",
                "a b|7000|is no host",
                "a|0|--base-port: 0",
                "a|65533|--base-port: 65533"
            })
    void init_badInput_isNamed(String hosts, String basePort, String message) {
        Cli.Result refused = init(hosts, basePort);

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains(message);
        assertThat(directory.resolve("quorum")).doesNotExist();
    }
}
