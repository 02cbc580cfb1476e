package io.meshkit.server.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.PossessionProof;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.access.Grants;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.options.Scope;
import io.meshkit.raft.Member;
import io.meshkit.raft.NodeId;
import io.meshkit.server.access.Principal;
import io.meshkit.server.verbs.Minting.Minted;
import io.meshkit.v1.Attestation;
import io.meshkit.v1.Credential;
import io.meshkit.v1.IssueJoinTokenRequest;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.MemberIdentity;
import io.meshkit.v1.RenewCertificateRequest;
import io.meshkit.v1.WorkloadCertificate;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.Pem;
import io.omnirelay.pki.SecretFiles;
import io.omnirelay.pki.SigningRequest;
import io.omnirelay.transport.tls.TrustedCas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node signs for members, and what it refuses to. */
class MemberJoinsTest {
    private static final String QUORUM = "quorum-1";
    private static final String NODE4 = "spiffe://quorum-1/node/node-4";

    @TempDir
    Path directory;

    private final KeyPair keys = newKeys();
    private CertificateAuthority memberCa;
    private CertificateAuthority clientCa;
    private Path members;
    private Path clients;
    private Path servers;

    @BeforeEach
    void make() throws Exception {
        memberCa = CertificateAuthority.create("members", Duration.ofDays(1));
        clientCa = CertificateAuthority.create("clients", Duration.ofDays(1));
        SecretFiles.write(
                directory.resolve("member-issuer.pem"), memberCa.root().certificatePem());
        SecretFiles.write(
                directory.resolve("member-issuer.key"), memberCa.root().privateKeyPem());
        SecretFiles.write(directory.resolve("issuer.pem"), clientCa.root().certificatePem());
        SecretFiles.write(directory.resolve("issuer.key"), clientCa.root().privateKeyPem());
        String member = memberCa.root().certificatePem();
        String client = clientCa.root().certificatePem();
        members = Files.writeString(directory.resolve("raft-ca.pem"), member);
        clients = Files.writeString(directory.resolve("client-ca.pem"), client);
        servers = Files.writeString(directory.resolve("ca.pem"), client + member);
    }

    private static KeyPair newKeys() {
        try {
            return CertificateAuthority.newKeys();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private MemberAuthority authority(Path certificate, Path key) {
        return new MemberAuthority(
                Issuer.ofMembers(certificate, key),
                "mesh",
                new Trust(members, "tls.raft.ca"),
                new Trust(clients, "tls.client.ca"),
                new Trust(servers, "bootstrap.server-trust"),
                () -> List.of(Member.voter(new NodeId("node-1"), "10.0.0.1", 9442)));
    }

    private Joins joins() {
        return new Joins(
                new SecureRandom(),
                QUORUM,
                Issuer.ofWorkloads(directory.resolve("issuer.pem"), directory.resolve("issuer.key")),
                authority(directory.resolve("member-issuer.pem"), directory.resolve("member-issuer.key")),
                new Trust(servers, "bootstrap.server-trust"),
                new PossessionAttestor(QUORUM),
                List::of,
                new JoinRate(100, System::nanoTime));
    }

    private byte[] signed(byte[] message) throws Exception {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(message);
        return signer.sign();
    }

    private String keySha256() throws Exception {
        return HexFormat.of()
                .formatHex(SigningRequest.parse(SigningRequest.pem(keys)).publicKeySha256());
    }

    private Minted join(String spiffeId) throws Exception {
        JoinRequest request = JoinRequest.newBuilder()
                .setCertificateRequest(SigningRequest.pem(keys))
                .setSpiffeId(spiffeId)
                .setAttestation(Attestation.newBuilder()
                        .setSignature(ByteString.copyFrom(
                                signed(PossessionProof.ofJoin(QUORUM, "j-1", spiffeId, keySha256())))))
                .build();
        return joins().minters()
                .get(JoinRequest.getDescriptor().getFullName())
                .mint(request, caller("join/j-1", "join", "j-1"));
    }

    private static Principal caller(String name, String method, String id) {
        return new Principal(Grants.whole(
                new Caller(
                        name,
                        Credential.newBuilder().setMethod(method).setId(id).build()),
                Scope.SCOPE_UNSPECIFIED));
    }

    /** As the state decides about it. */
    private static WorkloadCertificate decided(String serial, ByteString publicKeySha256) {
        return WorkloadCertificate.newBuilder()
                .setSerial(serial)
                .setSpiffeId(NODE4)
                .setRole("member")
                .setMember(MemberIdentity.newBuilder()
                        .setNode("node-4")
                        .addHosts("10.0.0.4")
                        .addHosts("registry-4.example"))
                .setPublicKeySha256(publicKeySha256)
                .setIssuedAt(Timestamps.fromMillis(System.currentTimeMillis()))
                .setExpiresAt(Timestamps.fromMillis(System.currentTimeMillis() + 3_600_000))
                .build();
    }

    private static RegistryException refusal(ThrowingStep step) {
        return catchThrowableOfType(RegistryException.class, step::run);
    }

    private interface ThrowingStep {
        void run() throws Exception;
    }

    @Test
    void join_asAMember_isSignedByTheMemberCa_withItsHostsAndLoopback() throws Exception {
        Minted minted = join("node/node-4");
        JoinRequest logged = (JoinRequest) minted.request();
        assertThat(logged.getSpiffeId()).isEqualTo(NODE4);

        JoinResponse answer = (JoinResponse) minted.completion()
                .apply(JoinResponse.newBuilder()
                        .setCertificate(decided(logged.getSerial(), logged.getPublicKeySha256()))
                        .build());

        X509Certificate made = Pem.certificate(answer.getCertificateChain());
        X509Certificate[] chain = {made};
        made.verify(memberCa.root().certificate().getPublicKey());
        assertThat(made.getSubjectAlternativeNames().stream()
                        .map(name -> String.valueOf(name.get(1)))
                        .toList())
                .contains("localhost", "127.0.0.1", "10.0.0.4", "registry-4.example", NODE4);
        TrustedCas.of(List.of(memberCa.root().certificate())).checkServerTrusted(chain, "UNKNOWN");
        TrustedCas.of(List.of(memberCa.root().certificate())).checkClientTrusted(chain, "UNKNOWN");
        assertThat(catchThrowableOfType(
                        CertificateException.class,
                        () -> TrustedCas.of(Pem.certificates(Files.readString(clients)))
                                .checkClientTrusted(chain, "UNKNOWN")))
                .as("clients' ports do not take it for a client's")
                .isNotNull();
        assertThat(answer.getServerTrust()).isEqualTo(Files.readString(servers));
        assertThat(answer.getWorkloadTrust()).isEmpty();
        assertThat(answer.getAdmission().getMemberTrust()).isEqualTo(Files.readString(members));
        assertThat(answer.getAdmission().getClientTrust()).isEqualTo(Files.readString(clients));
        assertThat(answer.getAdmission().getQuorumName()).isEqualTo("mesh");
        assertThat(answer.getAdmission().getMembers(0).getRaftAddress()).isEqualTo("10.0.0.1:9442");
        assertThat(answer.toString()).doesNotContain("PRIVATE KEY");
    }

    @Test
    void join_asWhoIsAMember_isRefusedBeforeTheLog() {
        RegistryException refused = refusal(() -> join("node/node-1"));

        assertThat(refused.code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
        assertThat(refused).hasMessageContaining("is a member of the quorum already");
    }

    @Test
    void issue_forWhoIsAMember_isRefused_andForANewOneNamesItsSpiffeId() throws Exception {
        JoinTokens tokens = new JoinTokens(
                new SecureRandom(), QUORUM, new Trust(servers, "bootstrap.server-trust"), authority(null, null));
        var minter = tokens.minters().get(IssueJoinTokenRequest.getDescriptor().getFullName());
        Principal admin = caller("admin", "token", "t-1");
        IssueJoinTokenRequest.Builder request = IssueJoinTokenRequest.newBuilder();

        request.getMemberBuilder().setNode("node-1").addHosts("h");
        assertThat(refusal(() -> minter.mint(request.build(), admin)).code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
        request.getMemberBuilder().setNode("node-4");
        assertThat(((IssueJoinTokenRequest) minter.mint(request.build(), admin).request()).getSpiffeId())
                .isEqualTo(NODE4);
    }

    @Test
    void whatTheStateDecidedForTheOtherKind_isNotSigned() throws Exception {
        Minted workload = join("workload/gateway/gw-1");
        JoinRequest logged = (JoinRequest) workload.request();

        assertThat(catchThrowableOfType(
                        IllegalStateException.class,
                        () -> workload.completion()
                                .apply(JoinResponse.newBuilder()
                                        .setCertificate(decided(logged.getSerial(), logged.getPublicKeySha256()))
                                        .build())))
                .hasMessageContaining("for the other CA");
    }

    @Test
    void aNodeWithoutTheKey_saysWhatToSet() {
        RegistryException refused = refusal(() -> authority(null, null).ready());

        assertThat(refused.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(refused).hasMessageContaining("has no issuing key for members");
        assertThat(refused.detail().getHint())
                .contains("bootstrap.member-issuer.certificate")
                .contains("bootstrap.member-issuer.key");
        assertThat(refused.detail().getField()).isEqualTo("bootstrap.member-issuer");
    }

    @Test
    void aMemberCaThatIsTrustedWrongly_signsNothing() throws IOException {
        MemberAuthority authority =
                authority(directory.resolve("member-issuer.pem"), directory.resolve("member-issuer.key"));
        String member = memberCa.root().certificatePem();
        String client = clientCa.root().certificatePem();

        Files.writeString(clients, client + member);
        assertThat(refusal(authority::ready)).hasMessageContaining("could make administrators");
        Files.writeString(clients, client);
        Files.writeString(members, client);
        assertThat(refusal(authority::ready)).hasMessageContaining("does not trust its own member CA");
        Files.writeString(members, client + member);
        Files.writeString(servers, client);
        assertThat(refusal(authority::ready)).hasMessageContaining("does not tell clients");
        Files.writeString(servers, client + member);
        assertThat(authority.ready().pem()).isEqualTo(member);
    }

    @Test
    void renew_onAClientPort_asWhoNamesAMember_isRefused() throws Exception {
        RenewCertificateRequest request = RenewCertificateRequest.newBuilder()
                .setCertificateRequest(SigningRequest.pem(keys))
                .setSignature(ByteString.copyFrom(signed(PossessionProof.ofRenewal(QUORUM, "4a", keySha256()))))
                .build();
        var minter =
                joins().minters().get(RenewCertificateRequest.getDescriptor().getFullName());

        RegistryException refused = refusal(() -> minter.mint(request, caller(NODE4, "mtls", "4a")));

        assertThat(refused.code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refused).hasMessageContaining("is the name of a member of the quorum");
        assertThat(joins().renewMember(request, "4a").request()).isInstanceOf(RenewCertificateRequest.class);
    }
}
