package io.meshkit.server.bootstrap;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.kernel.Times;
import io.meshkit.v1.WorkloadCertificate;
import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key that signs certificates, of workloads or of members, if this node has one. Its files are read at each use, so that they can be
 * replaced while the node runs. Thread: any number.
 */
public final class Issuer {
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final String setting;
    private final String noun;
    private final @Nullable Path certificate;
    private final @Nullable Path key;

    /**
     * Both null: this node issues none.
     *
     * @param setting below which the files are named
     * @param noun    what the key is
     */
    private Issuer(String setting, String noun, @Nullable Path certificate, @Nullable Path key) {
        this.setting = setting;
        this.noun = noun;
        this.certificate = certificate;
        this.key = key;
    }

    public static Issuer ofWorkloads(@Nullable Path certificate, @Nullable Path key) {
        return new Issuer("bootstrap.issuer", "issuing key", certificate, key);
    }

    public static Issuer ofMembers(@Nullable Path certificate, @Nullable Path key) {
        return new Issuer("bootstrap.member-issuer", "issuing key for members", certificate, key);
    }

    /** A key that is ready to sign. @param pem of the authority, as the file has it */
    record Ready(CertificateAuthority authority, String pem) {
        /** The chain of a certificate that says what the state has decided. */
        String sign(PublicKey publicKey, WorkloadCertificate decided) {
            Instant issuedAt = Instant.ofEpochMilli(Times.unixMs(decided.getIssuedAt()));
            Instant expiresAt = Instant.ofEpochMilli(Times.unixMs(decided.getExpiresAt()));
            X509Certificate made = authority.certify(
                    publicKey,
                    request(decided, Duration.between(issuedAt, expiresAt)),
                    new BigInteger(decided.getSerial(), 16),
                    issuedAt,
                    expiresAt);
            X509Certificate root = authority.root().certificate();
            boolean selfSigned = root.getSubjectX500Principal().equals(root.getIssuerX500Principal());
            return Pem.encode(made) + (selfSigned ? "" : pem);
        }

        private static CertificateRequest request(WorkloadCertificate decided, Duration validity) {
            return decided.hasMember()
                    ? CertificateRequest.forNode(
                            decided.getMember().getNode(),
                            decided.getMember().getHostsList(),
                            decided.getSpiffeId(),
                            validity)
                    : CertificateRequest.forClient(decided.getRole(), decided.getSpiffeId(), validity);
        }
    }

    /** @throws RegistryException PRECONDITION_FAILED if this node cannot issue; another one may */
    Ready ready() {
        if (certificate == null || key == null) {
            throw cannot("has no " + noun, "set " + setting + ".certificate and " + setting + ".key", null);
        }
        try {
            for (PosixFilePermission permission : Files.getPosixFilePermissions(key)) {
                if (OTHERS.contains(permission)) {
                    throw cannot(
                            "does not use an " + noun + " that others can read",
                            "chmod 600 the file of " + setting + ".key",
                            null);
                }
            }
            String pem = Files.readString(certificate);
            return new Ready(CertificateAuthority.load(pem, Files.readString(key)), pem);
        } catch (IOException | GeneralSecurityException e) {
            throw cannot(
                    "cannot use its " + noun,
                    "check the files of " + setting + ".certificate and " + setting + ".key on that node",
                    e);
        }
    }

    RegistryException cannot(String why, String hint, @Nullable Exception cause) {
        return new RegistryException(
                RegistryException.detail(
                                ErrorCode.PRECONDITION_FAILED, "this node " + why, hint + ", or ask another node")
                        .setField(setting)
                        .build(),
                cause);
    }
}
