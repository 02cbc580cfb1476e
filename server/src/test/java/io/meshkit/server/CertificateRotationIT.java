package io.meshkit.server;

import static io.meshkit.server.process.QuorumFiles.ADMIN_TOKEN;
import static io.meshkit.server.process.QuorumFiles.READER_TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.process.Rest;
import io.meshkit.server.process.TestQuorum;
import io.omnirelay.pki.CertificateAuthority;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CA and the certificates of the members change under a quorum that runs. */
class CertificateRotationIT {
    private static final String CONTROL = "/omnirelay/control/tls";

    @TempDir
    private Path directory;

    private static HttpResponse<String> call(TestQuorum quorum, String node, String token, String method, String path)
            throws Exception {
        try (Rest rest = new Rest(quorum, node)) {
            return rest.call(token, method, path, "");
        }
    }

    private static void reload(TestQuorum quorum, String node) throws Exception {
        HttpResponse<String> done = call(quorum, node, ADMIN_TOKEN, "POST", CONTROL);
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    }

    private static void register(TestQuorum quorum, String node, String peer) throws Exception {
        try (Rest rest = new Rest(quorum, node)) {
            HttpResponse<String> created = rest.call(
                    ADMIN_TOKEN, "POST", "/meshkit/peers", "{\"peer\":{\"id\":\"" + peer + "\",\"role\":\"gateway\"}}");
            assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
        }
    }

    @Test
    void members_getANewAuthority_withoutARestartOfTheOthers() throws Exception {
        CertificateAuthority next = CertificateAuthority.create("next members", Duration.ofDays(1));
        try (TestQuorum quorum = TestQuorum.start(directory, 3, Map.of())) {
            QuorumFiles files = quorum.files();
            CertificateAuthority old = files.raftCa();
            String both = old.root().certificatePem() + next.root().certificatePem();
            for (CertificateAuthority issuer : new CertificateAuthority[] {old, next}) {
                for (QuorumFiles.Member member : files.members()) {
                    files.writeRaft(member, issuer, both);
                    reload(quorum, member.node());
                }
            }
            for (QuorumFiles.Member member : files.members()) {
                files.writeRaft(member, next, next.root().certificatePem());
                reload(quorum, member.node());
            }

            // It trusts the new authority alone: whoever still showed an old certificate could not talk to it.
            String leader = quorum.leader();
            String restarted = quorum.nodes().stream()
                    .filter(node -> !node.equals(leader))
                    .findFirst()
                    .orElseThrow();
            quorum.kill(restarted);
            quorum.start(restarted);
            quorum.awaitReady(restarted);
            register(quorum, restarted, "gw-1");

            String metrics =
                    call(quorum, leader, ADMIN_TOKEN, "GET", "/metrics").body();
            assertThat(metrics)
                    .contains("omnirelay_tls_reloads_total{endpoint=\"members\",result=\"ok\"} 3")
                    .contains("omnirelay_tls_reloads_total{endpoint=\"members\",result=\"failed\"} 0")
                    .contains("omnirelay_tls_certificate_expiry_seconds{endpoint=\"clients\"} ");
            assertThat(call(quorum, leader, ADMIN_TOKEN, "GET", CONTROL).body())
                    .contains("CN=next members")
                    .contains("\"daysToExpiry\":")
                    .doesNotContain("CN=test members");
        }
    }

    @Test
    void clients_badFiles_areRefusedAndTheOldStay_onlyForAdministrators() throws Exception {
        try (TestQuorum quorum = TestQuorum.start(directory, 1, Map.of())) {
            Path key = quorum.member("node-1").directory().resolve("tls").resolve("server.key");
            String good = Files.readString(key);
            Files.writeString(
                    key,
                    CertificateAuthority.create("other", Duration.ofDays(1))
                            .root()
                            .privateKeyPem());

            assertThat(call(quorum, "node-1", READER_TOKEN, "POST", CONTROL).statusCode())
                    .isEqualTo(403);
            assertThat(call(quorum, "node-1", "", "GET", CONTROL).statusCode()).isEqualTo(401);
            HttpResponse<String> refused = call(quorum, "node-1", ADMIN_TOKEN, "POST", CONTROL);
            assertThat(refused.statusCode()).isEqualTo(412);
            assertThat(refused.body())
                    .contains("PRECONDITION_FAILED")
                    .contains("certificates of clients")
                    .contains("does not belong to its private key");
            assertThat(call(quorum, "node-1", READER_TOKEN, "GET", CONTROL).body())
                    .contains("\"failures\":1")
                    .contains("\"problem\":");

            Files.writeString(key, good);
            reload(quorum, "node-1");
            assertThat(call(quorum, "node-1", READER_TOKEN, "GET", CONTROL).body())
                    .doesNotContain("\"problem\":");
        }
    }
}
