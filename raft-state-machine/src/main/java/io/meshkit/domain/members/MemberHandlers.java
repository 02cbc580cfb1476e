package io.meshkit.domain.members;

import static io.meshkit.domain.records.MemberKind.MEMBER;

import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.NoteMemberRequest;
import io.meshkit.v1.NoteMemberResponse;
import io.meshkit.v1.QuorumMemberRecord;
import io.meshkit.v1.QuorumMemberRecord.State;
import org.jspecify.annotations.Nullable;

/** The leader's notes about members. */
public final class MemberHandlers {
    private MemberHandlers() {}

    public static RecordHandler<NoteMemberRequest, QuorumMemberRecord> note() {
        return RecordHandler.creating(
                MEMBER,
                NoteMemberRequest.getDefaultInstance(),
                NoteMemberResponse.getDefaultInstance(),
                request -> MEMBER.ref(request.getMember().getNode()),
                MemberHandlers::check,
                MemberHandlers::decide);
    }

    private static void check(NoteMemberRequest request, Check check) {
        check.id("member.node", request.getMember().getNode())
                .knownOrUnset("member.state", request.getMember().getState());
    }

    private static Decision<QuorumMemberRecord> decide(
            Work work, NoteMemberRequest request, @Nullable QuorumMemberRecord current) {
        QuorumMemberRecord next = request.getMember();
        State before = current == null ? State.STATE_UNSPECIFIED : current.getState();
        return switch (next.getState()) {
            case JOINING ->
                before == State.STATE_UNSPECIFIED || before == State.JOINING
                        ? Decision.put(next)
                        : Decision.refuse(Errors.of(
                                ErrorCode.ALREADY_EXISTS,
                                next.getNode() + " was a member of the quorum before",
                                "empty its data directory and give it an id that no member ever had"));
            case STATE_UNSPECIFIED ->
                before == State.JOINING
                        ? Decision.remove()
                        : Decision.refuse(Errors.precondition(
                                next.getNode() + " is not joining", "only who is joining can fail to join"));
            case MEMBER, LEAVING, REMOVED -> Decision.put(next);
            case UNRECOGNIZED -> throw new IllegalStateException("checked before: " + next.getState());
        };
    }
}
