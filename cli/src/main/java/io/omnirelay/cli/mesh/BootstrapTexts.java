package io.omnirelay.cli.mesh;

import com.google.protobuf.util.Timestamps;
import io.meshkit.v1.IssuingPolicy;
import io.meshkit.v1.JoinToken;
import io.meshkit.v1.Revocation;
import io.meshkit.v1.WorkloadCertificate;
import io.omnirelay.cli.output.Names;
import io.omnirelay.cli.output.Table;
import java.util.List;
import java.util.StringJoiner;

/** How people see join tokens and certificates. */
final class BootstrapTexts {
    static final Table<JoinToken> TOKENS = Table.<JoinToken>builder()
            .text("ID", JoinToken::getId)
            .text("SPIFFE-ID", JoinToken::getSpiffeId)
            .text("ROLE", JoinToken::getRole)
            .text("PLACE", BootstrapTexts::place)
            .text("USES", token -> token.getUses() + "/" + token.getUsesMax())
            .text("STATE", token -> state(token, System.currentTimeMillis()))
            .text("BATCH", JoinToken::getBatchId)
            .text("EXPIRES", token -> Names.of(token.getExpiresAt()))
            .number("REVISION", token -> token.getMeta().getModRevision())
            .text("DESCRIPTION", JoinToken::getDescription)
            .build();

    static final Table<WorkloadCertificate> CERTIFICATES = Table.<WorkloadCertificate>builder()
            .text("SERIAL", WorkloadCertificate::getSerial)
            .text("SPIFFE-ID", WorkloadCertificate::getSpiffeId)
            .text("ROLE", WorkloadCertificate::getRole)
            .text("TOKEN", WorkloadCertificate::getTokenId)
            .text("BATCH", WorkloadCertificate::getBatchId)
            .text("STATE", certificate -> state(certificate, System.currentTimeMillis()))
            .text("ISSUED", certificate -> Names.of(certificate.getIssuedAt()))
            .text("EXPIRES", certificate -> Names.of(certificate.getExpiresAt()))
            .number("REVISION", certificate -> certificate.getMeta().getModRevision())
            .build();

    static final Table<Revocation> REVOCATIONS = Table.<Revocation>builder()
            .text("REVOKED", Revocation::getId)
            .text("WHEN", revocation -> Names.of(revocation.getRevokedAt()))
            .text("KEPT-UNTIL", revocation -> Names.of(revocation.getExpiresAt()))
            .number("REVISION", revocation -> revocation.getMeta().getModRevision())
            .build();

    static final Table<IssuingPolicy> POLICIES = Table.<IssuingPolicy>builder()
            .text("NAME", IssuingPolicy::getName)
            .text("SPIFFE-IDS", policy -> narrowed(policy.getSpiffeIdsList()))
            .text("ROLES", policy -> narrowed(policy.getRolesList()))
            .text("CLUSTERS", policy -> narrowed(policy.getClusterIdsList()))
            .text("ENVIRONMENTS", policy -> narrowed(policy.getEnvironmentsList()))
            .text("TTL", policy -> policy.hasTokenTtlMax() ? Names.of(policy.getTokenTtlMax()) : "")
            .text(
                    "CERTIFICATE",
                    policy -> policy.hasCertificateLifetimeMax() ? Names.of(policy.getCertificateLifetimeMax()) : "")
            .text("USES", policy -> policy.getTokenUsesMax() == 0 ? "" : Integer.toString(policy.getTokenUsesMax()))
            .number("REVISION", policy -> policy.getMeta().getModRevision())
            .text("DESCRIPTION", IssuingPolicy::getDescription)
            .build();

    private BootstrapTexts() {}

    private static String narrowed(List<String> to) {
        return to.isEmpty() ? "any" : String.join(",", to);
    }

    private static String place(JoinToken token) {
        StringJoiner place = new StringJoiner(" ");
        if (!token.getClusterId().isEmpty()) {
            place.add(token.getClusterId());
        }
        if (!token.getEnvironment().isEmpty()) {
            place.add(token.getEnvironment());
        }
        return place.toString();
    }

    /** By the clock of this machine; the registry goes by its own. */
    static String state(JoinToken token, long nowMs) {
        if (token.hasRevokedAt()) {
            return "revoked";
        }
        if (token.getUses() >= token.getUsesMax()) {
            return "used up";
        }
        return Timestamps.toMillis(token.getExpiresAt()) <= nowMs ? "expired" : "good";
    }

    /** By the clock of this machine; the registry goes by its own. */
    static String state(WorkloadCertificate certificate, long nowMs) {
        if (certificate.hasRevokedAt()) {
            return "revoked";
        }
        return Timestamps.toMillis(certificate.getExpiresAt()) <= nowMs ? "expired" : "good";
    }
}
