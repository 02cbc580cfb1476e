package io.meshkit.domain.policies;

import static io.meshkit.domain.records.ActionPolicyKind.ACTION_POLICY;

import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.ActionPolicyMutationResponse;
import io.meshkit.v1.DeleteActionPolicyRequest;
import io.meshkit.v1.PutActionPolicyRequest;
import java.util.List;
import java.util.regex.Pattern;

/** The verbs on policies. */
public final class PolicyHandlers {
    private static final Pattern VERBS = Pattern.compile("\\*|[A-Z][A-Za-z0-9]{0,63}\\*?");

    private PolicyHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                RecordHandler.creating(
                        ACTION_POLICY,
                        PutActionPolicyRequest.getDefaultInstance(),
                        ActionPolicyMutationResponse.getDefaultInstance(),
                        request -> ACTION_POLICY.ref(request.getActionPolicy().getId()),
                        (request, check) -> check(request.getActionPolicy(), check),
                        (work, request, current) -> Decision.put(request.getActionPolicy())),
                RecordHandler.changing(
                        ACTION_POLICY,
                        DeleteActionPolicyRequest.getDefaultInstance(),
                        ActionPolicyMutationResponse.getDefaultInstance(),
                        request -> ACTION_POLICY.ref(request.getId()),
                        (request, check) -> check.id("id", request.getId()),
                        (work, request, current) -> Decision.remove()));
    }

    /** Whether the verbs are known is for the node that receives the request: other versions have others. */
    private static void check(ActionPolicy policy, Check check) {
        String field = "actionPolicy.";
        check.id(field + "id", policy.getId())
                .meta(field + "meta", policy.getMeta())
                .text(field + "description", policy.getDescription())
                .that(
                        policy.getVerbsCount() > 0,
                        field + "verbs",
                        "the policy names no verb",
                        "name at least one, or * for all mutations")
                .each(
                        field + "verbs",
                        policy.getVerbsCount(),
                        i -> check.that(
                                VERBS.matcher(policy.getVerbs(i)).matches(),
                                field + "verbs[" + i + "]",
                                "not a verb: " + Check.shown(policy.getVerbs(i)),
                                "as in the contract, for example DrainPeer, Delete* or *"))
                .ids(field + "namespaces", policy.getNamespacesList())
                .ids(field + "clusters", policy.getClustersList())
                .that(
                        policy.getRequireReason() || policy.getRequireTicket() || policy.getRequiredApprovals() > 0,
                        field + "requireReason",
                        "the policy asks for nothing",
                        "set requireReason, requireTicket or requiredApprovals, or delete it")
                .that(
                        policy.getRequiredApprovals() >= 0
                                && policy.getRequiredApprovals() <= DomainLimits.APPROVALS_REQUIRED_MAX,
                        field + "requiredApprovals",
                        policy.getRequiredApprovals() + " approvals are asked for",
                        "0–" + DomainLimits.APPROVALS_REQUIRED_MAX)
                .that(
                        policy.getTicketPattern().isEmpty() || policy.getRequireTicket(),
                        field + "ticketPattern",
                        "a pattern of tickets that are not asked for",
                        "set requireTicket too");
        if (policy.hasApprovalTtl()) {
            check.that(
                            policy.getRequiredApprovals() > 0,
                            field + "approvalTtl",
                            "a lifetime of approvals that are not asked for",
                            "set requiredApprovals too")
                    .duration(
                            field + "approvalTtl",
                            policy.getApprovalTtl(),
                            DomainLimits.APPROVAL_TTL_MS_MIN,
                            DomainLimits.APPROVAL_TTL_MS_MAX);
        }
        TicketPattern.check(field + "ticketPattern", policy.getTicketPattern(), check);
    }

    /** Whether the policy names the verb, or all that begin like it. */
    public static boolean names(ActionPolicy policy, String verb) {
        return ActionPolicies.names(policy, verb);
    }
}
