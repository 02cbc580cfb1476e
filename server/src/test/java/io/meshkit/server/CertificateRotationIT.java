package io.meshkit.server;

import static io.meshkit.server.process.QuorumFiles.ADMIN_TOKEN;
import static io.meshkit.server.process.QuorumFiles.READER_TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

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

/** Certificates change under a node that runs. */
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
