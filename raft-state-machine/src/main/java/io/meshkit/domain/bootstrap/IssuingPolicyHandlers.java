package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.IssuingPolicyKind.ISSUING_POLICY;

import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.v1.DeleteIssuingPolicyRequest;
import io.meshkit.v1.IssuingPolicy;
import io.meshkit.v1.IssuingPolicyMutationResponse;
import io.meshkit.v1.PutIssuingPolicyRequest;
import java.util.List;

/** The verbs on issuing policies. */
public final class IssuingPolicyHandlers {
    private IssuingPolicyHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                RecordHandler.creating(
                        ISSUING_POLICY,
                        PutIssuingPolicyRequest.getDefaultInstance(),
                        IssuingPolicyMutationResponse.getDefaultInstance(),
                        request -> ISSUING_POLICY.ref(request.getIssuingPolicy().getName()),
                        (request, check) -> check(request.getIssuingPolicy(), check),
                        (work, request, current) -> Decision.put(request.getIssuingPolicy())),
                RecordHandler.changing(
                        ISSUING_POLICY,
                        DeleteIssuingPolicyRequest.getDefaultInstance(),
                        IssuingPolicyMutationResponse.getDefaultInstance(),
                        request -> ISSUING_POLICY.ref(request.getName()),
                        (request, check) -> check.id("name", request.getName()),
                        (work, request, current) -> Decision.remove()));
    }

    private static void check(IssuingPolicy policy, Check check) {
        check.id("issuingPolicy.name", policy.getName())
                .meta("issuingPolicy.meta", policy.getMeta())
                .ids("issuingPolicy.roles", policy.getRolesList())
                .ids("issuingPolicy.clusterIds", policy.getClusterIdsList())
                .ids("issuingPolicy.environments", policy.getEnvironmentsList())
                .each(
                        "issuingPolicy.spiffeIds",
                        policy.getSpiffeIdsCount(),
                        i -> SpiffeIds.tree("issuingPolicy.spiffeIds[" + i + "]", policy.getSpiffeIds(i), check))
                .that(
                        policy.getTokenUsesMax() >= 0 && policy.getTokenUsesMax() <= DomainLimits.JOIN_TOKEN_USES_MAX,
                        "issuingPolicy.tokenUsesMax",
                        "tokenUsesMax is " + policy.getTokenUsesMax(),
                        "1–" + DomainLimits.JOIN_TOKEN_USES_MAX + ", or leave it out")
                .text("issuingPolicy.description", policy.getDescription());
        if (policy.hasTokenTtlMax()) {
            check.duration(
                    "issuingPolicy.tokenTtlMax",
                    policy.getTokenTtlMax(),
                    DomainLimits.JOIN_TOKEN_TTL_MS_MIN,
                    DomainLimits.JOIN_TOKEN_TTL_MS_MAX);
        }
        if (policy.hasCertificateLifetimeMax()) {
            check.duration(
                    "issuingPolicy.certificateLifetimeMax",
                    policy.getCertificateLifetimeMax(),
                    DomainLimits.CERTIFICATE_LIFETIME_MS_MIN,
                    DomainLimits.CERTIFICATE_LIFETIME_MS_MAX);
        }
    }
}
