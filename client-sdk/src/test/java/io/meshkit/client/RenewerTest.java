package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.NodeEndpoint;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Pem;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewerTest {
    @TempDir
    Path directory;

    private final Instant issued = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private void join() throws Exception {
        KeyPair keys = Pkcs10.newKeys();
        String chain = Pem.encode(CertificateAuthority.create("workloads", Duration.ofDays(1))
                .certify(
                        keys.getPublic(),
                        CertificateRequest.forClient("gateway", "spiffe://q/workload/a", Duration.ofMinutes(1)),
                        BigInteger.valueOf(0x4a),
                        issued,
                        issued.plusSeconds(60)));
        new JoinedIdentity(
                        keys,
                        JoinResponse.newBuilder()
                                .setCertificateChain(chain)
                                .setServerTrust(chain)
                                .setQuorumId("q")
                                .addEndpoints(NodeEndpoint.newBuilder()
                                        .setNode("node-1")
                                        .setHost("localhost")
                                        .setHttpsPort(1)
                                        .setGrpcPort(1))
                                .build())
                .writeTo(directory);
    }

    private ErrorCode refusal() {
        return catchThrowableOfType(RegistryException.class, () -> new Renewer(directory).renew(null))
                .code();
    }

    @Test
    void life_beginsWhenTheCertificateWasMade_notFiveMinutesBefore() throws Exception {
        join();

        assertThat(new Renewer(directory).after(0)).isEqualTo(issued);
        assertThat(new Renewer(directory).after(0.6)).isEqualTo(issued.plusSeconds(36));
        assertThat(new Renewer(directory).after(1)).isEqualTo(issued.plusSeconds(60));
    }

    @Test
    void directory_thatNoJoinHasFilled_isRefused() throws Exception {
        assertThat(refusal()).isEqualTo(ErrorCode.INVALID_REQUEST);
        join();
        Path context = directory.resolve(JoinedIdentity.CONTEXT_FILE);
        Files.writeString(context, Files.readString(context).replace("workload.key", "other.key"));
        assertThat(refusal()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void nodesThatCannotBeReached_changeNothing() throws Exception {
        join();
        String before = Files.readString(directory.resolve(JoinedIdentity.KEY_FILE));

        assertThat(refusal()).isIn(ErrorCode.NO_QUORUM, ErrorCode.NO_LEADER, ErrorCode.DEADLINE_EXCEEDED);

        assertThat(Files.readString(directory.resolve(JoinedIdentity.KEY_FILE))).isEqualTo(before);
        assertThat(Files.isSymbolicLink(directory.resolve(JoinedIdentity.KEY_FILE)))
                .isFalse();
    }
}
