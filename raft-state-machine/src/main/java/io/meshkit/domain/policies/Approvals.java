package io.meshkit.domain.policies;

import static io.meshkit.domain.records.ApprovalKind.APPROVAL;

import com.google.protobuf.TextFormat;
import com.google.protobuf.UnsafeByteOperations;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.Commands;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Mutation;
import io.meshkit.domain.kernel.Requests;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.ApprovalKind;
import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.Approval;
import io.meshkit.v1.ErrorDetail;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asking for approvals and making mutations under them. */
final class Approvals {
    private Approvals() {}

    /** What of the approval that the command names is lacking; empty: nothing. */
    static String lacking(int required, Work work) {
        String id = work.options().getApprovalId();
        if (id.isEmpty()) {
            return "none is named";
        }
        Approval approval = APPROVAL.get(work.view(), APPROVAL.ref(id));
        if (approval == null) {
            return id + " is not there: it was used, was rejected or has expired";
        }
        if (!approval.getRequester().equals(work.principal())) {
            return id + " was asked for by " + approval.getRequester();
        }
        if (isExpired(approval, work)) {
            return id + " has expired";
        }
        if (!approval.getMutationSha256()
                .equals(UnsafeByteOperations.unsafeWrap(work.mutation().sha256()))) {
            return id + " is for another mutation: compare it with what you ask for, options included";
        }
        int given = approval.getApprovedByCount();
        return given >= required ? "" : id + " has " + given + " of " + required;
    }

    static String wanted(int required) {
        return required == 1 ? "the approval of somebody else" : "the approval of " + required + " others";
    }

    static boolean isExpired(Approval approval, Work work) {
        return work.timeMs() >= Times.unixMs(approval.getExpiresAt());
    }

    /** It can be used once. */
    static void use(Work work) {
        var ref = APPROVAL.ref(work.options().getApprovalId());
        Approval approval = APPROVAL.get(work.view(), ref);
        if (approval == null) {
            throw new IllegalStateException("an approval that was found is missing");
        }
        work.asRegistry(() -> work.remove(ref, approval));
    }

    /** Stages an approval that the policies want. @return why not, or null */
    static @Nullable ErrorDetail ask(List<ActionPolicy> policies, Work work) {
        ExpiredApprovals.sweep(work);
        String requester = work.principal();
        if (work.count(APPROVAL) >= DomainLimits.APPROVALS_MAX) {
            return full("there are " + DomainLimits.APPROVALS_MAX + " approvals already");
        }
        if (Rows.count(work.view(), ApprovalKind.byRequesterPrefix(requester))
                >= DomainLimits.APPROVALS_PER_REQUESTER_MAX) {
            return full(requester + " has asked for " + DomainLimits.APPROVALS_PER_REQUESTER_MAX + " already");
        }
        Mutation mutation = work.mutation();
        if (work.command().getSerializedSize() > DomainLimits.APPROVAL_MUTATION_BYTES_MAX) {
            return Errors.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "the mutation has " + work.command().getSerializedSize() + " bytes, at most "
                            + DomainLimits.APPROVAL_MUTATION_BYTES_MAX + " can be approved",
                    "split it: whoever approves it is to read it");
        }
        int required = 0;
        long ttlMs = Long.MAX_VALUE;
        Approval.Builder approval = Approval.newBuilder();
        for (ActionPolicy policy : policies) {
            required = Math.max(required, policy.getRequiredApprovals());
            ttlMs = Math.min(
                    ttlMs,
                    policy.hasApprovalTtl() ? Times.ms(policy.getApprovalTtl()) : DomainLimits.APPROVAL_TTL_MS_DEFAULT);
            approval.addPolicies(policy.getId());
        }
        // Never used before, short enough to be read to somebody, and the same on every node.
        String id = "ap-" + work.nextRevision();
        approval.setId(id)
                .setRequester(requester)
                .setVerb(Requests.verb(work.command()))
                .setMutation(TextFormat.printer().emittingSingleLine(true).printToString(mutation.content()))
                .setMutationSha256(UnsafeByteOperations.unsafeWrap(mutation.sha256()))
                .setApprovalsRequired(required)
                .setExpiresAt(Times.timestamp(work.timeMs() + ttlMs));
        ApprovalKind.putMutation(work, id, Commands.wrap(work.command(), requester));
        work.asRegistry(() -> work.create(APPROVAL.ref(id), approval.build()));
        return null;
    }

    private static ErrorDetail full(String message) {
        return Errors.of(ErrorCode.LIMIT_EXCEEDED, message, "reject some that are no longer wanted, or use them");
    }
}
