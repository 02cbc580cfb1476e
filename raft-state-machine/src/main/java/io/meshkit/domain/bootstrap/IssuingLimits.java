package io.meshkit.domain.bootstrap;

import static io.meshkit.domain.records.IssuingPolicyKind.ISSUING_POLICY;

import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.IssuingPolicy;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What may be issued for one SPIFFE id, role and place: what any policy that covers it allows. Without a single policy in
 * the registry everything is covered, and only the fixed limits count. Immutable.
 */
final class IssuingLimits {
    private final String what;
    private final boolean free;
    private final List<IssuingPolicy> covering;

    private IssuingLimits(String what, boolean free, List<IssuingPolicy> covering) {
        this.what = what;
        this.free = free;
        this.covering = covering;
    }

    /** @param spiffeId of a certificate, or of a join token, ending in /* if it is for any */
    static IssuingLimits of(Work work, String spiffeId, String role, String cluster, String environment) {
        List<IssuingPolicy> all = ISSUING_POLICY.all(work.view());
        String what = "role " + role + ", " + spiffeId + place("cluster", cluster) + place("environment", environment);
        return new IssuingLimits(
                what,
                all.isEmpty(),
                all.stream()
                        .filter(policy -> allows(policy.getRolesList(), role)
                                && allows(policy.getClusterIdsList(), cluster)
                                && allows(policy.getEnvironmentsList(), environment)
                                && (policy.getSpiffeIdsCount() == 0
                                        || policy.getSpiffeIdsList().stream()
                                                .anyMatch(pattern -> SpiffeIds.covers(pattern, spiffeId))))
                        .toList());
    }

    private static String place(String noun, String name) {
        return name.isEmpty() ? "" : ", " + noun + " " + name;
    }

    private static boolean allows(List<String> allowed, String value) {
        return allowed.isEmpty() || allowed.contains(value);
    }

    /** Why nothing may be issued for it, or null. */
    @Nullable
    ErrorDetail refusal() {
        return free || !covering.isEmpty()
                ? null
                : Errors.of(
                        ErrorCode.PRECONDITION_FAILED,
                        "no issuing policy covers " + what,
                        "list the policies; an administrator can change them");
    }

    /** How long a certificate may live, at most so long. @param limitMs without policies */
    long certificateLifetimeMs(long limitMs) {
        return widest(limitMs, policy -> Times.ms(policy.getCertificateLifetimeMax()));
    }

    /** How long a join token may be used, at most so long. */
    long tokenTtlMs(long limitMs) {
        return widest(limitMs, policy -> Times.ms(policy.getTokenTtlMax()));
    }

    /** How often a join token may be used. */
    int tokenUses(int limit) {
        return (int) widest(limit, IssuingPolicy::getTokenUsesMax);
    }

    /** @param ofPolicy 0: it does not narrow that */
    private long widest(long limit, ToLongFunction<IssuingPolicy> ofPolicy) {
        if (free) {
            return limit;
        }
        long widest = 0;
        for (IssuingPolicy policy : covering) {
            long max = ofPolicy.applyAsLong(policy);
            widest = Math.max(widest, max > 0 ? max : limit);
        }
        return Math.min(widest, limit);
    }

    /** That more was asked for than the policies allow. */
    ErrorDetail exceeded(String field, String asked, String allowed) {
        return Errors.ofField(
                ErrorCode.LIMIT_EXCEEDED,
                field,
                field + " is " + asked + ", the issuing policies allow " + allowed + " for " + what,
                "ask for less, or leave it out");
    }
}
