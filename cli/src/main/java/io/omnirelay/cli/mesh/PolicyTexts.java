package io.omnirelay.cli.mesh;

import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.Approval;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.PolicyRequirement;
import io.omnirelay.cli.output.Names;
import io.omnirelay.cli.output.Streams;
import io.omnirelay.cli.output.Table;
import java.util.StringJoiner;

/** How people see policies and what they ask. */
final class PolicyTexts {
    static final Table<ActionPolicy> POLICIES = Table.<ActionPolicy>builder()
            .text("ID", ActionPolicy::getId)
            .text("VERBS", policy -> String.join(",", policy.getVerbsList()))
            .text("ONLY", PolicyTexts::narrowing)
            .text("ASKS-FOR", PolicyTexts::asks)
            .number("REVISION", policy -> policy.getMeta().getModRevision())
            .text("DESCRIPTION", ActionPolicy::getDescription)
            .build();

    static final Table<Approval> APPROVALS = Table.<Approval>builder()
            .text("ID", Approval::getId)
            .text("VERB", Approval::getVerb)
            .text("REQUESTER", Approval::getRequester)
            .text("GIVEN", approval -> approval.getApprovedByCount() + "/" + approval.getApprovalsRequired())
            .text("EXPIRES", approval -> Names.of(approval.getExpiresAt()))
            .text("CHANGE", approval -> cut(approval.getMutation()))
            .build();

    private static final int CHANGE_CHARS_MAX = 80;

    private PolicyTexts() {}

    private static String cut(String change) {
        return change.length() <= CHANGE_CHARS_MAX ? change : change.substring(0, CHANGE_CHARS_MAX) + "…";
    }

    /** What policies ask of a mutation that was tried, and how to go on with an approval that was asked for. */
    static void requirements(MutationResult result, Streams streams) {
        String approval = result.getApprovalId();
        if (!approval.isEmpty()) {
            streams.out()
                    .println("Somebody else approves it with: omnirelay mesh approvals approve " + approval
                            + System.lineSeparator() + "Then repeat the command with --approval " + approval
                            + " in place of --request-approval.");
        }
        for (PolicyRequirement requirement : result.getRequirementsList()) {
            streams.out()
                    .println("policy " + requirement.getPolicy() + " asks for " + requirement.getDetail() + ": "
                            + (requirement.getMet() ? "given" : "missing, it would be refused"));
        }
    }

    private static String narrowing(ActionPolicy policy) {
        StringJoiner only = new StringJoiner(" ");
        if (policy.getNamespacesCount() > 0) {
            only.add("namespace=" + String.join(",", policy.getNamespacesList()));
        }
        if (policy.getClustersCount() > 0) {
            only.add("cluster=" + String.join(",", policy.getClustersList()));
        }
        return only.toString();
    }

    private static String asks(ActionPolicy policy) {
        StringJoiner asks = new StringJoiner(" ");
        if (policy.getRequireReason()) {
            asks.add("reason");
        }
        if (policy.getRequireTicket()) {
            asks.add(policy.getTicketPattern().isEmpty() ? "ticket" : "ticket=" + policy.getTicketPattern());
        }
        if (policy.getRequiredApprovals() > 0) {
            asks.add("approvals=" + policy.getRequiredApprovals());
        }
        return asks.toString();
    }
}
