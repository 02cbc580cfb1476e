package io.meshkit.domain.policies;

import static io.meshkit.domain.records.ApprovalKind.APPROVAL;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.Commands;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.Etags;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Requests;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.ApprovalKind;
import io.meshkit.v1.Approval;
import io.meshkit.v1.ApprovalMutationResponse;
import io.meshkit.v1.ApprovalVote;
import io.meshkit.v1.ApproveMutationRequest;
import io.meshkit.v1.Command;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.RejectMutationRequest;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Giving and refusing approvals. Whoever gives one must be able to make the mutation: it is decided in their name, upon
 * the state as it is then, and the outcome dropped.
 */
public final class ApprovalHandlers {
    private ApprovalHandlers() {}

    /** @param handlers the handler of each operation that can be approved */
    public static List<CommandHandler<?>> all(Function<Message, CommandHandler<?>> handlers) {
        return List.of(
                new OnApproval<>(
                        ApproveMutationRequest.getDefaultInstance(),
                        ApproveMutationRequest::getId,
                        (work, approval) -> approve(work, approval, handlers)),
                new OnApproval<>(
                        RejectMutationRequest.getDefaultInstance(),
                        RejectMutationRequest::getId,
                        (work, approval) -> reject(work, approval, handlers)));
    }

    /** Stages what becomes of the approval, or says why not. */
    private interface Effect {
        @Nullable
        ErrorDetail of(Work work, Approval approval);
    }

    private record OnApproval<Q extends Message>(Q requestPrototype, Function<Q, String> id, Effect effect)
            implements CommandHandler<Q> {
        @Override
        public ApprovalMutationResponse responsePrototype() {
            return ApprovalMutationResponse.getDefaultInstance();
        }

        @Override
        public void check(Q request, Check check) {
            check.id("id", id.apply(request));
        }

        /** It is the mutation's records that count. */
        @Override
        public boolean isNarrowable() {
            return true;
        }

        @Override
        public Reply decide(Work work, Q request) {
            RecordRef<Approval> ref = APPROVAL.ref(id.apply(request));
            Approval approval = APPROVAL.get(work.view(), ref);
            if (approval == null) {
                return new Reply.Rejected(Errors.of(
                        ErrorCode.NOT_FOUND,
                        "approval " + ref.name() + " does not exist",
                        "it was used, was rejected or has expired: the audit history tells; or list those that exist"));
            }
            MutationOptions options = Requests.options(request);
            ErrorDetail refused = Etags.mismatch(ref, approval.getMeta(), options);
            if (refused == null) {
                refused = effect.of(work, approval);
            }
            if (refused != null) {
                return new Reply.Rejected(refused);
            }
            Approval after = APPROVAL.get(work.view(), ref);
            Approval shown = after == null ? approval : after;
            return new Reply.Accepted(
                    ApprovalMutationResponse.newBuilder().setApproval(shown),
                    after == null ? "" : Etags.of(shown.getMeta()),
                    shown.getMeta().getModRevision());
        }
    }

    private static @Nullable ErrorDetail approve(
            Work work, Approval approval, Function<Message, CommandHandler<?>> handlers) {
        String approver = work.principal();
        if (approval.getRequester().equals(approver)) {
            return Errors.of(
                    ErrorCode.FORBIDDEN,
                    approver + " asked for approval " + approval.getId() + " and cannot give it",
                    "somebody else must approve it");
        }
        if (Approvals.isExpired(approval, work)) {
            return Errors.precondition(
                    "approval " + approval.getId() + " has expired", approval.getRequester() + " can ask again");
        }
        ErrorDetail refused = refusalOf(work, approval, handlers);
        if (refused != null) {
            return refused;
        }
        if (approval.getApprovedByList().stream()
                .anyMatch(vote -> vote.getPrincipal().equals(approver))) {
            return null;
        }
        if (approval.getApprovedByCount() >= DomainLimits.APPROVALS_REQUIRED_MAX) {
            return Errors.precondition(
                    "approval " + approval.getId() + " has " + approval.getApprovedByCount() + " already",
                    approval.getRequester() + " can use it");
        }
        Approval after = approval.toBuilder()
                .addApprovedBy(ApprovalVote.newBuilder()
                        .setPrincipal(approver)
                        .setCredential(work.caller().proof())
                        .setAt(work.time())
                        .setReason(work.options().getReason()))
                .build();
        work.asRegistry(() -> work.change(APPROVAL.ref(approval.getId()), approval, after));
        return null;
    }

    private static @Nullable ErrorDetail reject(
            Work work, Approval approval, Function<Message, CommandHandler<?>> handlers) {
        if (!approval.getRequester().equals(work.principal())) {
            ErrorDetail refused = refusalOf(work, approval, handlers);
            // That the mutation is possible no more is no reason to keep it.
            if (refused != null && refused.getCode().equals(ErrorCode.FORBIDDEN.name())) {
                return refused;
            }
        }
        work.asRegistry(() -> work.remove(APPROVAL.ref(approval.getId()), approval));
        return null;
    }

    /** Why the mutation, made by the caller now, would be refused, or null. */
    private static @Nullable ErrorDetail refusalOf(
            Work work, Approval approval, Function<Message, CommandHandler<?>> handlers) {
        Command command = ApprovalKind.mutation(work.view(), approval.getId());
        if (command == null) {
            throw new IllegalStateException("approval " + approval.getId() + " without its mutation");
        }
        Message mutation = Commands.operation(command);
        ErrorDetail refused = refusalOf(work.trying(mutation), handlers.apply(mutation), mutation);
        if (refused == null) {
            return null;
        }
        boolean forbidden = refused.getCode().equals(ErrorCode.FORBIDDEN.name());
        return refused.toBuilder()
                .setCode(forbidden ? refused.getCode() : ErrorCode.PRECONDITION_FAILED.name())
                .setMessage((forbidden
                                ? "only who could make the mutation can decide on approval "
                                : "the mutation would be refused now: see approval ")
                        + approval.getId() + ": " + refused.getMessage())
                .build();
    }

    @SuppressWarnings("unchecked") // The handler was found by the request.
    private static <Q extends Message> @Nullable ErrorDetail refusalOf(
            Work trying, CommandHandler<Q> handler, Message mutation) {
        ErrorDetail refused = handler.isNarrowable()
                ? trying.authority().refusal(mutation, trying.timeMs())
                : trying.authority().refusalAnywhere(mutation, trying.timeMs());
        if (refused != null) {
            return refused;
        }
        return handler.decide(trying, (Q) mutation) instanceof Reply.Rejected(ErrorDetail error)
                ? error
                : trying.forbidden();
    }
}
