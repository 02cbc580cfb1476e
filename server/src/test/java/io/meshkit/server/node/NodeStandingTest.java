package io.meshkit.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meshkit.raft.NodeId;
import io.meshkit.server.node.NodeStanding.Standing;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.server.verbs.Peers;
import io.meshkit.v1.QuorumMemberRecord.State;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.transport.tls.TrustedCas;
import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeStandingTest {
    private static final String PREFIX = "spiffe://mesh/node/";
    private static final String SERIAL = "4" + "0".repeat(31);

    private final CertificateAuthority authority = CertificateAuthority.create("members", Duration.ofDays(1));
    private final FakeReplica replica = new FakeReplica();
    private final MemberRecords records = new MemberRecords(replica, PREFIX);
    private final NodeStanding standing = new NodeStanding(PREFIX);
    private final OutgoingConnections outgoing = new OutgoingConnections();

    @BeforeEach
    void attach() {
        standing.attach(replica);
        replica.listen(standing);
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

    @Test
    void of_whoIsNotKnownToHaveGone_isGood() {
        assertThat(standing.of(certificate("node-1", SERIAL))).isEqualTo(Standing.GOOD);
        assertThat(standing.node(certificate("node-1", SERIAL))).contains(new NodeId("node-1"));
        records.note("node-4", State.LEAVING);
        assertThat(standing.of(certificate("node-4", SERIAL))).isEqualTo(Standing.GOOD);
    }

    @Test
    void of_aRevokedCertificate_isThatAtOnce_andAnotherOfTheSameNodeIsGood() {
        records.joined("node-4", SERIAL);
        X509Certificate first = certificate("node-4", SERIAL);
        assertThat(standing.of(first)).isEqualTo(Standing.GOOD);

        records.revoke(SERIAL);

        assertThat(standing.of(first)).isEqualTo(Standing.REVOKED);
        assertThat(standing.of(certificate("node-4", "5" + "0".repeat(31)))).isEqualTo(Standing.GOOD);
        assertThat(standing.of(certificate("node-1", SERIAL)))
                .as("the same number by another CA is another certificate")
                .isEqualTo(Standing.GOOD);
    }

    @Test
    void of_aRemovedNode_isThat_whateverItsCertificate() {
        records.note("node-4", State.REMOVED);

        assertThat(standing.of(certificate("node-4", SERIAL))).isEqualTo(Standing.REMOVED);
        assertThat(standing.of(certificate("node-3", SERIAL))).isEqualTo(Standing.GOOD);
    }

    @Test
    void version_growsWithWhatConcernsMembers_andWithNothingElse() {
        AtomicInteger told = new AtomicInteger();
        standing.onChange(told::incrementAndGet);
        long before = standing.version();

        replica.apply(Peers.register("p-1"));
        records.joined("node-4", SERIAL);
        assertThat(standing.version()).isEqualTo(before);
        records.revoke(SERIAL);
        assertThat(standing.version()).isEqualTo(before + 1);
        records.note("node-5", State.JOINING);
        assertThat(standing.version()).isEqualTo(before + 2);
        standing.replaced(9);

        assertThat(standing.version()).isEqualTo(before + 3);
        assertThat(told).hasValue(3);
    }

    @Test
    void standingTrust_refusesWhoIsOut_inBothDirections() throws Exception {
        StandingTrust trust =
                new StandingTrust(TrustedCas.of(List.of(authority.root().certificate())), standing, outgoing);
        X509Certificate[] chain = {certificate("node-4", SERIAL)};
        trust.checkClientTrusted(chain, "UNKNOWN");
        trust.checkServerTrusted(chain, "UNKNOWN");

        records.note("node-4", State.REMOVED);

        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> trust.checkClientTrusted(chain, "UNKNOWN"))
                .withMessageContaining("was removed from the quorum");
        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> trust.checkServerTrusted(chain, "UNKNOWN"));
    }

    @Test
    void memberTrust_letsWhoWasRemovedLearnIt_andRefusesWhatWasRevoked() throws Exception {
        records.joined("node-4", SERIAL);
        X509Certificate[] chain = {certificate("node-4", SERIAL)};
        MemberTrust trust = MemberTrust.of(
                new X509Certificate[] {authority.root().certificate()},
                id -> id.startsWith(PREFIX),
                standing,
                outgoing);
        records.note("node-4", State.REMOVED);
        trust.checkClientTrusted(chain, "UNKNOWN");

        records.revoke(SERIAL);

        assertThatExceptionOfType(CertificateException.class)
                .isThrownBy(() -> trust.checkClientTrusted(chain, "UNKNOWN"))
                .withMessageContaining("was revoked");
    }
}
