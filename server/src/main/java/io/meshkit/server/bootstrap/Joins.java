package io.meshkit.server.bootstrap;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.PossessionProof;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.access.AccessResolver;
import io.meshkit.domain.kernel.Times;
import io.meshkit.server.access.Principal;
import io.meshkit.server.verbs.Minting.Minted;
import io.meshkit.server.verbs.Minting.Minter;
import io.meshkit.server.verbs.NodeVerbs;
import io.meshkit.v1.Attestation;
import io.meshkit.v1.JoinRequest;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.NodeEndpoint;
import io.meshkit.v1.RenewCertificateRequest;
import io.meshkit.v1.WorkloadCertificate;
import io.omnirelay.pki.SigningRequest;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a node does about a join or a renewal before the log, and after it: first it checks that whoever asks has the key,
 * and draws a serial number; then it signs what was decided. Thread: any number.
 */
public final class Joins {
    /** Bytes of a certificate request. */
    static final int CERTIFICATE_REQUEST_BYTES_MAX = 8 * 1024;

    private static final int SERIAL_BYTES = 16;
    /** Renewal is due between 60 % and 73 % of the lifetime, so that those who joined together renew one by one. */
    private static final double RENEW_FROM = 0.60;

    private static final double RENEW_SPREAD = 0.13;

    private final SecureRandom random;
    private final String quorumId;
    private final Issuer issuer;
    private final MemberAuthority members;
    private final Trust trust;
    private final Attestor attestor;
    private final Supplier<List<NodeEndpoint>> endpoints;
    private final JoinRate rate;

    /** @param endpoints where clients find the members now */
    public Joins(
            SecureRandom random,
            String quorumId,
            Issuer issuer,
            MemberAuthority members,
            Trust trust,
            Attestor attestor,
            Supplier<List<NodeEndpoint>> endpoints,
            JoinRate rate) {
        this.random = random;
        this.quorumId = quorumId;
        this.issuer = issuer;
        this.members = members;
        this.trust = trust;
        this.attestor = attestor;
        this.endpoints = endpoints;
        this.rate = rate;
    }

    /** By the request message's full name. */
    public Map<String, Minter> minters() {
        return Map.of(
                NodeVerbs.name(JoinRequest.getDefaultInstance()),
                (request, principal) -> join((JoinRequest) request, principal),
                NodeVerbs.name(RenewCertificateRequest.getDefaultInstance()),
                (request, principal) -> renew((RenewCertificateRequest) request, principal));
    }

    private Minted join(JoinRequest request, Principal principal) {
        if (!principal.caller().credential().getMethod().equals(AccessResolver.JOIN_METHOD)) {
            throw RegistryException.of(
                    ErrorCode.FORBIDDEN,
                    principal.name() + " did not come with a join token",
                    "send 'authorization: Bearer mkj_…' with a token of omnirelay mesh bootstrap issue-token");
        }
        if (!request.getSerial().isEmpty()
                || !request.getPublicKeySha256().isEmpty()
                || request.getAttestedCount() > 0) {
            throw decided();
        }
        String spiffeId = SpiffePaths.complete(quorumId, request.getSpiffeId());
        Optional<String> member = SpiffePaths.memberOf(quorumId, spiffeId);
        member.ifPresent(members::requireNew);
        Issuer.Ready ready = member.isPresent() ? members.ready() : issuer.ready();
        rate.take();
        SigningRequest asked = parse(request.getCertificateRequest());
        Map<String, String> facts =
                attestor.attest(request, asked, principal.caller().credential().getId());
        JoinRequest minted = request.toBuilder()
                .setSpiffeId(spiffeId)
                .setSerial(serial())
                .setPublicKeySha256(ByteString.copyFrom(asked.publicKeySha256()))
                .putAllAttested(facts)
                // All that counts of them has been taken; a retry that is signed anew is the same request.
                .clearCertificateRequest()
                .setAttestation(Attestation.getDefaultInstance())
                .build();
        return new Minted(minted, response -> complete((JoinResponse) response, member.isPresent(), ready, asked));
    }

    private Minted renew(RenewCertificateRequest request, Principal principal) {
        if (!principal.caller().credential().getMethod().equals(AccessResolver.MTLS_METHOD)) {
            throw RegistryException.of(
                    ErrorCode.FORBIDDEN,
                    principal.name() + " did not come with a certificate",
                    "show by mTLS the certificate that is to be renewed");
        }
        if (SpiffePaths.memberOf(quorumId, principal.name()).isPresent()) {
            // Whoever names a member on a client port shows a certificate of another CA than the members'.
            throw RegistryException.of(
                    ErrorCode.FORBIDDEN,
                    principal.name() + " is the name of a member of the quorum",
                    "members renew their certificates among themselves");
        }
        return renew(request, principal.caller().credential().getId(), false, issuer.ready());
    }

    /**
     * For a member that has shown its certificate on the node port.
     *
     * @param serial of that certificate
     */
    Minted renewMember(RenewCertificateRequest request, String serial) {
        return renew(request, serial, true, members.ready());
    }

    private Minted renew(RenewCertificateRequest request, String serial, boolean member, Issuer.Ready ready) {
        if (!request.getSerial().isEmpty() || !request.getPublicKeySha256().isEmpty()) {
            throw decided();
        }
        rate.take();
        SigningRequest asked = parse(request.getCertificateRequest());
        byte[] message =
                PossessionProof.ofRenewal(quorumId, serial, HexFormat.of().formatHex(asked.publicKeySha256()));
        Possession.require(asked, message, request.getSignature(), "signature", "certificate");
        RenewCertificateRequest minted = request.toBuilder()
                .setSerial(serial())
                .setPublicKeySha256(ByteString.copyFrom(asked.publicKeySha256()))
                .clearCertificateRequest()
                .clearSignature()
                .build();
        return new Minted(minted, response -> complete((JoinResponse) response, member, ready, asked));
    }

    private static RegistryException decided() {
        return SpiffePaths.invalid(
                "serial", "the request decides what only the registry may", "leave serial and hashes out");
    }

    private static SigningRequest parse(String pem) {
        if (pem.length() > CERTIFICATE_REQUEST_BYTES_MAX) {
            throw new RegistryException(RegistryException.detail(
                            ErrorCode.LIMIT_EXCEEDED,
                            "certificateRequest has " + pem.length() + " characters, at most "
                                    + CERTIFICATE_REQUEST_BYTES_MAX + " are allowed",
                            "leave out what is not needed: only its key counts")
                    .setField("certificateRequest")
                    .build());
        }
        try {
            return SigningRequest.parse(pem);
        } catch (GeneralSecurityException e) {
            throw SpiffePaths.invalid(
                    "certificateRequest",
                    String.valueOf(e.getMessage()),
                    "PKCS #10 in PEM with an EC key on P-256 or P-384, or RSA of 2048–4096 bits");
        }
    }

    /** Positive, and always with as many digits. */
    private String serial() {
        byte[] bytes = new byte[SERIAL_BYTES];
        random.nextBytes(bytes);
        bytes[0] = (byte) (0x40 | (bytes[0] & 0x3F));
        return HexFormat.of().formatHex(bytes);
    }

    /** A dry run decides, but nothing is signed that is not in the log. */
    private JoinResponse complete(JoinResponse response, boolean member, Issuer.Ready ready, SigningRequest asked) {
        WorkloadCertificate decided = response.getCertificate();
        if (response.getResult().getDryRun()) {
            return response;
        }
        if (!decided.getPublicKeySha256().equals(ByteString.copyFrom(asked.publicKeySha256()))) {
            throw new IllegalStateException("certificate " + decided.getSerial() + " was decided for another key");
        }
        if (decided.hasMember() != member) {
            throw new IllegalStateException("certificate " + decided.getSerial() + " is for the other CA to sign");
        }
        JoinResponse.Builder complete = response.toBuilder()
                .setCertificateChain(ready.sign(asked.publicKey(), decided))
                .setServerTrust(trust.pem())
                .setRenewAt(renewAt(decided))
                .addAllEndpoints(endpoints.get())
                .setQuorumId(quorumId);
        return member
                ? complete.setAdmission(members.admission()).build()
                : complete.setWorkloadTrust(ready.pem()).build();
    }

    private Timestamp renewAt(WorkloadCertificate decided) {
        long from = Times.unixMs(decided.getIssuedAt());
        long lifetime = Times.unixMs(decided.getExpiresAt()) - from;
        return Times.timestamp(from + (long) (lifetime * (RENEW_FROM + RENEW_SPREAD * random.nextDouble())));
    }
}
