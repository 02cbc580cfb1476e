package io.meshkit.server.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.PossessionProof;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.access.Grants;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.Times;
import io.meshkit.options.Scope;
import io.meshkit.server.access.Principal;
import io.meshkit.server.verbs.Minting.Minted;
import io.meshkit.v1.Attestation;
import io.meshkit.v1.Credential;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.RenewCertificateRequest;
import io.meshkit.v1.WorkloadCertificate;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.PeerIdentity;
import io.omnirelay.pki.Pem;
import io.omnirelay.pki.SecretFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinsTest {
    private static final String QUORUM = "quorum-1";
    private static final String GW1 = "spiffe://quorum-1/workload/gateway/gw-1";

    @TempDir
    Path directory;

    private final AtomicLong nanos = new AtomicLong();
    private final KeyPair keys = keys("secp256r1");
    private CertificateAuthority authority;
    private Joins joins;

    @BeforeEach
    void make() throws Exception {
        authority = CertificateAuthority.create("workloads", Duration.ofDays(1));
        SecretFiles.write(directory.resolve("issuer.pem"), authority.root().certificatePem());
        SecretFiles.write(directory.resolve("issuer.key"), authority.root().privateKeyPem());
        joins = joins(directory.resolve("issuer.key"));
    }

    private Joins joins(Path key) {
        return new Joins(
                new SecureRandom(),
                QUORUM,
                Issuer.ofWorkloads(directory.resolve("issuer.pem"), key),
                TestAuthority.none(directory.resolve("issuer.pem")),
                new Trust(directory.resolve("issuer.pem"), "bootstrap.server-trust"),
                new PossessionAttestor(QUORUM),
                List::of,
                new JoinRate(2, nanos::get));
    }

    private static KeyPair keys(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String csr(KeyPair of, KeyPair signedBy) throws Exception {
        byte[] der = new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=anything"), of.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(signedBy.getPrivate()))
                .getEncoded();
        return "-----BEGIN CERTIFICATE REQUEST-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END CERTIFICATE REQUEST-----\n";
    }

    private static byte[] keySha256(KeyPair of) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(of.getPublic().getEncoded());
    }

    private JoinRequest.Builder asking(String quorum, String token) throws Exception {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(PossessionProof.ofJoin(
                quorum, token, "workload/gateway/gw-1", HexFormat.of().formatHex(keySha256(keys))));
        return JoinRequest.newBuilder()
                .setCertificateRequest(csr(keys, keys))
                .setSpiffeId("workload/gateway/gw-1")
                .setAttestation(Attestation.newBuilder()
                        .putFacts("host", "edge-7")
                        .setSignature(ByteString.copyFrom(signer.sign())));
    }

    private static Principal caller(String method) {
        return new Principal(Grants.whole(
                new Caller(
                        "join/j-1",
                        Credential.newBuilder().setMethod(method).setId("j-1").build()),
                Scope.SCOPE_UNSPECIFIED));
    }

    private Minted mint(JoinRequest request) {
        return joins.minters().get(JoinRequest.getDescriptor().getFullName()).mint(request, caller("join"));
    }

    private RegistryException refused(JoinRequest request) {
        return catchThrowableOfType(RegistryException.class, () -> mint(request));
    }

    private JoinResponse decided(JoinRequest minted, boolean dryRun) {
        return JoinResponse.newBuilder()
                .setResult(MutationResult.newBuilder().setDryRun(dryRun))
                .setCertificate(WorkloadCertificate.newBuilder()
                        .setSerial(minted.getSerial())
                        .setSpiffeId(minted.getSpiffeId())
                        .setRole("gateway")
                        .setPublicKeySha256(minted.getPublicKeySha256())
                        .setIssuedAt(Times.timestamp(1_700_000_000_000L))
                        .setExpiresAt(Times.timestamp(1_700_000_600_000L)))
                .build();
    }

    @Test
    void join_ofWhoeverHasTheKey_isDecidedWithoutItsCertificateRequest() throws Exception {
        JoinRequest minted = (JoinRequest) mint(asking(QUORUM, "j-1").build()).request();

        assertThat(minted.getSpiffeId()).isEqualTo(GW1);
        assertThat(minted.getPublicKeySha256().toByteArray()).isEqualTo(keySha256(keys));
        assertThat(minted.getAttestedMap()).containsEntry("host", "edge-7");
        assertThat(minted.getSerial()).matches("[4-7][0-9a-f]{31}");
        assertThat(minted.getCertificateRequest()).isEmpty();
        assertThat(minted.getAttestation()).isEqualTo(Attestation.getDefaultInstance());
    }

    @Test
    void certificate_saysWhatWasDecided() throws Exception {
        Minted minted = mint(asking(QUORUM, "j-1").build());
        JoinRequest request = (JoinRequest) minted.request();

        JoinResponse answer = (JoinResponse) minted.completion().apply(decided(request, false));

        X509Certificate made = Pem.certificate(answer.getCertificateChain());
        made.verify(authority.root().certificate().getPublicKey());
        assertThat(made.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(made.getSerialNumber().toString(16)).isEqualTo(request.getSerial());
        assertThat(PeerIdentity.of(made).spiffeId()).contains(GW1);
        assertThat(made.getNotAfter().getTime()).isEqualTo(1_700_000_600_000L);
        assertThat(made.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(Times.unixMs(answer.getRenewAt())).isBetween(1_700_000_360_000L, 1_700_000_438_000L);
        assertThat(answer.getQuorumId()).isEqualTo(QUORUM);
    }

    @Test
    void certificate_ofADryRun_isNotSigned() throws Exception {
        Minted minted = mint(asking(QUORUM, "j-1").build());

        JoinResponse answer = (JoinResponse) minted.completion().apply(decided((JoinRequest) minted.request(), true));

        assertThat(answer.getCertificateChain()).isEmpty();
    }

    @Test
    void proof_forAnotherQuorumTokenOrId_isRefused() throws Exception {
        for (JoinRequest request : List.of(
                asking("quorum-2", "j-1").build(),
                asking(QUORUM, "j-2").build(),
                asking(QUORUM, "j-1").setSpiffeId("workload/gateway/gw-2").build(),
                asking(QUORUM, "j-1").clearAttestation().build())) {
            RegistryException refusal = refused(request);
            assertThat(refusal.code()).isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(refusal.detail().getField()).isEqualTo("attestation.signature");
            nanos.addAndGet(1_000_000_000);
        }
    }

    @Test
    void certificateRequest_thatDoesNotHold_isRefused() throws Exception {
        JoinRequest.Builder good = asking(QUORUM, "j-1");
        KeyPair other = keys("secp256r1");
        KeyPair large = keys("secp521r1");
        for (String bad : List.of(
                "",
                "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
                csr(keys, other),
                csr(large, large))) {
            assertThat(refused(good.clone().setCertificateRequest(bad).build()).code())
                    .as(bad)
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
            nanos.addAndGet(1_000_000_000);
        }
        String tooLong = "x".repeat(Joins.CERTIFICATE_REQUEST_BYTES_MAX + 1);
        assertThat(refused(good.setCertificateRequest(tooLong).build()).code()).isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    }

    @Test
    void whatOnlyTheRegistryDecides_isRefused() throws Exception {
        assertThat(refused(asking(QUORUM, "j-1").setSerial("4a").build()).code())
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused(asking(QUORUM, "j-1").putAttested("host", "x").build())
                        .code())
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused(asking(QUORUM, "j-1")
                                .setSpiffeId("spiffe://other/workload/a")
                                .build())
                        .code())
                .isIn(ErrorCode.INVALID_REQUEST, ErrorCode.FORBIDDEN);
    }

    @Test
    void joins_beyondTheRate_wait() throws Exception {
        JoinRequest request = asking(QUORUM, "j-1").build();
        mint(request);
        mint(request);

        RegistryException refusal = refused(request);

        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(Times.ms(refusal.detail().getRetryDelay())).isEqualTo(1_000);
        nanos.addAndGet(1_000_000_000);
        mint(request);
    }

    @Test
    void node_withoutAUsableKey_saysSo() throws Exception {
        JoinRequest request = asking(QUORUM, "j-1").build();
        Files.setPosixFilePermissions(directory.resolve("issuer.key"), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(refused(request).detail().getHint()).contains("chmod 600");
        joins = joins(null);
        assertThat(refused(request).detail().getField()).isEqualTo("bootstrap.issuer");
        joins = joins(directory.resolve("none.key"));
        assertThat(refused(request).code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
    }

    @Test
    void anybodyWithoutAJoinToken_isRefused() throws Exception {
        JoinRequest request = asking(QUORUM, "j-1").build();
        RegistryException refusal = catchThrowableOfType(
                RegistryException.class,
                () -> joins.minters()
                        .get(JoinRequest.getDescriptor().getFullName())
                        .mint(request, caller("mtls")));
        assertThat(refusal.code()).isEqualTo(ErrorCode.FORBIDDEN);
    }

    private RenewCertificateRequest.Builder renewing(String quorum, String serial) throws Exception {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(keys.getPrivate());
        signer.update(PossessionProof.ofRenewal(quorum, serial, HexFormat.of().formatHex(keySha256(keys))));
        return RenewCertificateRequest.newBuilder()
                .setCertificateRequest(csr(keys, keys))
                .setSignature(ByteString.copyFrom(signer.sign()));
    }

    private Minted renew(RenewCertificateRequest request, String method) {
        Principal holder = new Principal(Grants.whole(
                new Caller(
                        GW1,
                        Credential.newBuilder().setMethod(method).setId("4a").build()),
                Scope.SCOPE_UNSPECIFIED));
        return joins.minters()
                .get(RenewCertificateRequest.getDescriptor().getFullName())
                .mint(request, holder);
    }

    @Test
    void renewal_ofWhoeverHasBothKeys_isDecidedAndSigned() throws Exception {
        Minted minted = renew(renewing(QUORUM, "4a").build(), "mtls");

        RenewCertificateRequest request = (RenewCertificateRequest) minted.request();
        assertThat(request.getPublicKeySha256().toByteArray()).isEqualTo(keySha256(keys));
        assertThat(request.getSerial()).matches("[4-7][0-9a-f]{31}");
        assertThat(request.getCertificateRequest()).isEmpty();
        assertThat(request.getSignature().isEmpty()).isTrue();
        JoinRequest same = JoinRequest.newBuilder()
                .setSerial(request.getSerial())
                .setSpiffeId(GW1)
                .setPublicKeySha256(request.getPublicKeySha256())
                .build();
        JoinResponse answer = (JoinResponse) minted.completion().apply(decided(same, false));
        assertThat(Pem.certificate(answer.getCertificateChain()).getPublicKey()).isEqualTo(keys.getPublic());
    }

    @Test
    void renewal_proofForAnotherQuorumCertificateOrPurpose_isRefused() throws Exception {
        RenewCertificateRequest ofAJoin = RenewCertificateRequest.newBuilder()
                .setCertificateRequest(csr(keys, keys))
                .setSignature(asking(QUORUM, "4a").getAttestation().getSignature())
                .build();
        for (RenewCertificateRequest request : List.of(
                renewing("quorum-2", "4a").build(),
                renewing(QUORUM, "4b").build(),
                renewing(QUORUM, "4a").clearSignature().build(),
                ofAJoin)) {
            RegistryException refusal = catchThrowableOfType(RegistryException.class, () -> renew(request, "mtls"));
            assertThat(refusal.code()).isEqualTo(ErrorCode.FORBIDDEN);
            assertThat(refusal.detail().getField()).isEqualTo("signature");
            nanos.addAndGet(1_000_000_000);
        }
    }

    @Test
    void renewal_withoutACertificateOrWithADecision_isRefused() throws Exception {
        RenewCertificateRequest request = renewing(QUORUM, "4a").build();
        assertThat(catchThrowableOfType(RegistryException.class, () -> renew(request, "token"))
                        .code())
                .isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(catchThrowableOfType(
                                RegistryException.class,
                                () -> renew(request.toBuilder().setSerial("4b").build(), "mtls"))
                        .code())
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }
}
