package io.meshkit.raft;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import java.util.Optional;

/** The replica's errors, each precise about whether the mutation may have been applied. */
final class Errors {
    /** A new leader is usually there within an election timeout. */
    private static final long LEADER_RETRY_DELAY_MS = 100;

    private static final long OVERLOAD_RETRY_DELAY_MS = 50;

    private Errors() {}

    /** Certainly not appended: this member does not lead. */
    static RegistryException noLeader(String why, Optional<NodeId> leader) {
        String hint = leader.isPresent() ? "ask the leader, " + leader.get() : "try again when a leader is elected";
        ErrorDetail.Builder detail = RegistryException.detail(ErrorCode.NO_LEADER, why, hint)
                .setRetryDelay(RegistryException.millis(LEADER_RETRY_DELAY_MS));
        leader.ifPresent(id -> detail.setLeaderHint(id.value()));
        return new RegistryException(detail.build());
    }

    /** The term could not be confirmed; nothing was appended. */
    static RegistryException noQuorum(String why) {
        return new RegistryException(
                RegistryException.detail(ErrorCode.NO_QUORUM, why, "check that a majority of the members is reachable")
                        .setRetryDelay(RegistryException.millis(LEADER_RETRY_DELAY_MS))
                        .build());
    }

    /** Appended, but this member stopped leading before it knew the outcome. */
    static RegistryException leadershipLost(Optional<NodeId> leader, Throwable cause) {
        ErrorDetail.Builder detail = RegistryException.detail(
                        ErrorCode.LEADERSHIP_LOST,
                        "leadership was lost while the mutation was being replicated",
                        "retry with the same request id: it is applied at most once")
                .setRetryDelay(RegistryException.millis(LEADER_RETRY_DELAY_MS));
        leader.ifPresent(id -> detail.setLeaderHint(id.value()));
        return new RegistryException(detail.build(), cause);
    }

    static RegistryException overloaded(String why) {
        return new RegistryException(RegistryException.detail(
                        ErrorCode.OVERLOADED, why, "try again after the delay, with fewer calls at a time")
                .setRetryDelay(RegistryException.millis(OVERLOAD_RETRY_DELAY_MS))
                .build());
    }

    static RegistryException limitExceeded(String why, String hint) {
        return RegistryException.of(ErrorCode.LIMIT_EXCEEDED, why, hint);
    }

    /** Time ran out before anything was appended, or on a read. */
    static RegistryException deadlineNotApplied(String why) {
        return new RegistryException(
                RegistryException.detail(ErrorCode.DEADLINE_EXCEEDED, why, "try again with a longer deadline")
                        .setApplied(ErrorDetail.Applied.APPLIED_NO)
                        .build());
    }

    /** Time ran out while the entry was being replicated. */
    static RegistryException deadlineUnknown() {
        return RegistryException.of(
                ErrorCode.DEADLINE_EXCEEDED,
                "time ran out while the mutation was being replicated",
                "retry with the same request id: it is applied at most once");
    }

    /** A failure that no rule explains. */
    static RegistryException internal(String why, Throwable cause, boolean mayBeApplied) {
        return new RegistryException(
                RegistryException.detail(ErrorCode.INTERNAL, why + ": " + cause.getMessage(), "see the node's log")
                        .setApplied(mayBeApplied ? ErrorDetail.Applied.APPLIED_UNKNOWN : ErrorDetail.Applied.APPLIED_NO)
                        .build(),
                cause);
    }
}
