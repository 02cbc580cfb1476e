package io.meshkit.domain.kernel;

import io.meshkit.api.ErrorCode;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.PolicyRequirement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The refusal of a mutation that lacks what policies ask of it. */
final class Requirements {
    private Requirements() {}

    /**
     * FORBIDDEN with all that is missing, or null. FORBIDDEN, because the attempt then stands in the audit history, and
     * the request id stays free for another one.
     */
    static @Nullable ErrorDetail refusal(List<PolicyRequirement> requirements) {
        List<String> missing = new ArrayList<>();
        List<String> remedies = new ArrayList<>();
        String field = "";
        for (PolicyRequirement requirement : requirements) {
            if (requirement.getMet()) {
                continue;
            }
            missing.add("policy " + requirement.getPolicy() + " asks for " + requirement.getDetail());
            String remedy = remedy(requirement.getKind());
            if (!remedies.contains(remedy)) {
                remedies.add(remedy);
            }
            field = field.isEmpty() ? field(requirement.getKind()) : field;
        }
        return missing.isEmpty()
                ? null
                : Errors.ofField(
                        ErrorCode.FORBIDDEN,
                        field,
                        String.join("; ", missing),
                        String.join("; ", remedies) + ". A dry run tells all that is asked");
    }

    /**
     * Why an approval cannot be asked for: something else is missing too, or no policy wants one; or null.
     */
    static @Nullable ErrorDetail refusalToAsk(List<PolicyRequirement> requirements) {
        List<PolicyRequirement> others = requirements.stream()
                .filter(requirement -> requirement.getKind() != PolicyRequirement.Kind.APPROVAL)
                .toList();
        return others.size() == requirements.size()
                ? Errors.ofField(
                        ErrorCode.PRECONDITION_FAILED,
                        "options.requestApproval",
                        "no policy wants an approval for this",
                        "make the mutation without asking for one")
                : refusal(others);
    }

    private static String remedy(PolicyRequirement.Kind kind) {
        return switch (kind) {
            case REASON -> "say why: options.reason, header x-meshkit-reason, or --reason";
            case APPROVAL ->
                "ask for it with options.requestApproval, header x-meshkit-request-approval, or --request-approval; when it"
                        + " is given, make exactly this mutation with options.approvalId, header x-meshkit-approval, or"
                        + " --approval";
            case TICKET -> "name the change ticket: options.changeTicket, header x-meshkit-change-ticket, or --ticket";
            case KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException("a requirement of no kind");
        };
    }

    private static String field(PolicyRequirement.Kind kind) {
        return switch (kind) {
            case REASON -> "options.reason";
            case TICKET -> "options.changeTicket";
            case APPROVAL -> "options.approvalId";
            case KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException("a requirement of no kind");
        };
    }
}
