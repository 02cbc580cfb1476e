package io.meshkit.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.meshkit.domain.Commands;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.raft.NodeId;
import io.meshkit.server.node.NodeStanding.Standing;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.v1.Command;
import io.meshkit.v1.Credential;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.MemberIdentity;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.NoteMemberRequest;
import io.meshkit.v1.QuorumMemberRecord;
import io.meshkit.v1.QuorumMemberRecord.State;
import io.meshkit.v1.RevokeCertificatesRequest;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.transport.tls.TrustedCas;
import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeStandingTest {
    private static final String PREFIX = "spiffe://mesh/node/";
    private static final String SERIAL = "4" + "0".repeat(31);

    private final CertificateAuthority authority = CertificateAuthority.create("members", Duration.ofDays(1));
    private final FakeReplica replica = new FakeReplica();
    private final AtomicLong nanos = new AtomicLong();
    private final NodeStanding standing = new NodeStanding(PREFIX, nanos::get);
    private int ids;

    @BeforeEach
    void attach() {
        standing.attach(replica);
    }

    private X509Certificate certificate(String node, String serial) {
        CertificateRequest request = CertificateRequest.forNode(node, List.of(), PREFIX + node, Duration.ofHours(1));
        Instant now = Instant.now();
        return authority.certify(
                authority.root().certificate().getPublicKey(),
                request,
                new BigInteger(serial, 16),
                now,
                now.plusSeconds(3600));
    }

    private void apply(Command command) {
        assertThat(replica.propose(Commands.withRequestId(command, "id-" + ++ids), 1_000)
                        .join()
                        .hasRejection())
                .isFalse();
    }

    private void apply(Message request) {
        apply(Commands.wrap(request, "root"));
    }

    /** A member has joined by a token, with that serial number. */
    private void joined(String node, String serial) {
        apply(IssueJoinTokenRequest.newBuilder()
                .setSpiffeId(PREFIX + node)
                .setMember(MemberIdentity.newBuilder().setNode(node).addHosts("h"))
                .setTokenId("j-1")
                .setSecretSha256(ByteString.copyFrom(new byte[32]))
                .build());
        apply(Commands.wrap(
                JoinRequest.newBuilder()
                        .setSpiffeId(PREFIX + node)
                        .setSerial(serial)
                        .setPublicKeySha256(ByteString.copyFrom(new byte[32]))
                        .build(),
                new Caller(
                        "join/j-1",
                        Credential.newBuilder().setMethod("join").setId("j-1").build())));
    }

    private void note(String node, State state) {
        apply(Commands.ofSystem(
                NoteMemberRequest.newBuilder()
                        .setOptions(MutationOptions.getDefaultInstance())
                        .setMember(QuorumMemberRecord.newBuilder().setNode(node).setState(state))
                        .build(),
                "root"));
    }

    private void later() {
        nanos.addAndGet(NodeStanding.KEPT_NANOS);
    }

    @Test
    void of_whoIsNotKnownToHaveGone_isGood() {
        assertThat(standing.of(certificate("node-1", SERIAL))).isEqualTo(Standing.GOOD);
        assertThat(standing.node(certificate("node-1", SERIAL))).contains(new NodeId("node-1"));
        note("node-4", State.LEAVING);
        assertThat(standing.of(certificate("node-4", SERIAL))).isEqualTo(Standing.GOOD);
    }

    @Test
    void of_aRevokedCertificate_isThatWithinASecond_andAnotherOfTheSameNodeIsGood() {
        joined("node-4", SERIAL);
        X509Certificate first = certificate("node-4", SERIAL);
        assertThat(standing.of(first)).isEqualTo(Standing.GOOD);

        apply(RevokeCertificatesRequest.newBuilder().setSerial(SERIAL).build());

        assertThat(standing.of(first))
                .as("what was found out counts for a second")
                .isEqualTo(Standing.GOOD);
        later();
        assertThat(standing.of(first)).isEqualTo(Standing.REVOKED);
        assertThat(standing.of(certificate("node-4", "5" + "0".repeat(31)))).isEqualTo(Standing.GOOD);
        assertThat(standing.of(certificate("node-1", SERIAL)))
                .as("the same number by another CA is another certificate")
                .isEqualTo(Standing.GOOD);
    }

    @Test
    void of_aRemovedNode_isThat_whateverItsCertificate() {
        note("node-4", State.REMOVED);

        assertThat(standing.of(certificate("node-4", SERIAL))).isEqualTo(Standing.REMOVED);
        assertThat(standing.of(certificate("node-3", SERIAL))).isEqualTo(Standing.GOOD);
    }

    @Test
    void standingTrust_refusesWhoIsOut_inBothDirections() throws Exception {
        StandingTrust trust =
                new StandingTrust(TrustedCas.of(List.of(authority.root().certificate())), standing);
        X509Certificate[] chain = {certificate("node-4", SERIAL)};
        trust.checkClientTrusted(chain, "UNKNOWN");
        trust.checkServerTrusted(chain, "UNKNOWN");

        note("node-4", State.REMOVED);
        later();

        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> trust.checkClientTrusted(chain, "UNKNOWN"))
                .withMessageContaining("was removed from the quorum");
        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> trust.checkServerTrusted(chain, "UNKNOWN"));
    }

    @Test
    void memberTrust_letsWhoWasRemovedLearnIt_andRefusesWhatWasRevoked() throws Exception {
        joined("node-4", SERIAL);
        X509Certificate[] chain = {certificate("node-4", SERIAL)};
        MemberTrust trust = MemberTrust.of(
                new X509Certificate[] {authority.root().certificate()}, id -> id.startsWith(PREFIX), standing);
        note("node-4", State.REMOVED);
        trust.checkClientTrusted(chain, "UNKNOWN");

        apply(RevokeCertificatesRequest.newBuilder().setSerial(SERIAL).build());
        later();

        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> trust.checkClientTrusted(chain, "UNKNOWN"))
                .withMessageContaining("was revoked");
    }
}
