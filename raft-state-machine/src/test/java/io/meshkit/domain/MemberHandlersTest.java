package io.meshkit.domain;

import static io.meshkit.api.ErrorCode.ALREADY_EXISTS;
import static io.meshkit.api.ErrorCode.INVALID_REQUEST;
import static io.meshkit.api.ErrorCode.PRECONDITION_FAILED;
import static io.meshkit.v1.QuorumMemberRecord.State.JOINING;
import static io.meshkit.v1.QuorumMemberRecord.State.LEAVING;
import static io.meshkit.v1.QuorumMemberRecord.State.MEMBER;
import static io.meshkit.v1.QuorumMemberRecord.State.REMOVED;
import static io.meshkit.v1.QuorumMemberRecord.State.STATE_UNSPECIFIED;

import io.meshkit.v1.NoteMemberRequest;
import io.meshkit.v1.QuorumMemberRecord;
import io.meshkit.v1.QuorumMemberRecord.State;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An id is a member's once, for ever. */
class MemberHandlersTest {
    private static NoteMemberRequest note(String node, State state) {
        return NoteMemberRequest.newBuilder()
                .setMember(QuorumMemberRecord.newBuilder().setNode(node).setState(state))
                .build();
    }

    static Stream<Refusal> refusals() {
        return Stream.of(
                Refusal.of("no id", note("", JOINING), INVALID_REQUEST, "member.node"),
                Refusal.of("joins as a member", note("n", JOINING), ALREADY_EXISTS, "before", note("n", MEMBER)),
                Refusal.of("joins again", note("n", JOINING), ALREADY_EXISTS, "before", note("n", REMOVED)),
                Refusal.of("joins while leaving", note("n", JOINING), ALREADY_EXISTS, "before", note("n", LEAVING)),
                Refusal.of(
                        "a member is not forgotten",
                        note("n", STATE_UNSPECIFIED),
                        PRECONDITION_FAILED,
                        "not joining",
                        note("n", MEMBER)),
                Refusal.of("nobody is forgotten", note("n", STATE_UNSPECIFIED), PRECONDITION_FAILED, "not joining"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refused_withItsCode(Refusal refusal) {
        refusal.verify();
    }
}
