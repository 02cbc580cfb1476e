package io.meshkit.domain.leadership;

import static io.meshkit.domain.records.LeadershipKind.LEADERSHIP;

import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.DeleteLeadershipRequest;
import io.meshkit.v1.DeleteLeadershipResponse;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeadershipCandidate;
import io.meshkit.v1.ResignRequest;
import io.meshkit.v1.ResignResponse;
import java.util.List;
import java.util.TreeSet;

/** The verbs on leadership scopes. Renewal is not one of them: keep-alives do not go through the log. */
public final class LeadershipHandlers {
    private LeadershipHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                new CampaignHandler(),
                RecordHandler.changing(
                        LEADERSHIP,
                        ResignRequest.getDefaultInstance(),
                        ResignResponse.getDefaultInstance(),
                        request -> LEADERSHIP.ref(request.getScope()),
                        LeadershipHandlers::checkResign,
                        LeadershipHandlers::resign),
                RecordHandler.changing(
                        LEADERSHIP,
                        DeleteLeadershipRequest.getDefaultInstance(),
                        DeleteLeadershipResponse.getDefaultInstance(),
                        request -> LEADERSHIP.ref(request.getScope()),
                        (request, check) -> check.id("scope", request.getScope()),
                        LeadershipHandlers::delete));
    }

    private static void checkResign(ResignRequest request, Check check) {
        check.id("scope", request.getScope())
                .id("candidateId", request.getCandidateId())
                .lease("leaseId", request.getLeaseId());
    }

    private static Decision<Leadership> resign(Work work, ResignRequest request, Leadership current) {
        long held = leaseOf(current, request.getCandidateId());
        if (held == 0) {
            return Decision.put(current);
        }
        if (request.getLeaseId() > 0 && request.getLeaseId() != held) {
            return Decision.refuse(Errors.leaseExpired(
                    request.getLeaseId(), "candidate " + request.getCandidateId() + " has lease " + held));
        }
        return Decision.put(Elections.without(work, current, new TreeSet<>(List.of(held))));
    }

    private static Decision<Leadership> delete(Work work, DeleteLeadershipRequest request, Leadership current) {
        return current.getLeaderId().isEmpty()
                ? Decision.remove()
                : Decision.refuse(Errors.precondition(
                        "scope " + current.getScope() + " is led by " + current.getLeaderId(),
                        "let the leader resign first"));
    }

    /** The lease by which the candidate leads or waits; 0 if it does neither. */
    static long leaseOf(Leadership scope, String candidate) {
        if (scope.getLeaderId().equals(candidate)) {
            return scope.getLeaseId();
        }
        return scope.getCandidatesList().stream()
                .filter(waiting -> waiting.getCandidateId().equals(candidate))
                .mapToLong(LeadershipCandidate::getLeaseId)
                .findFirst()
                .orElse(0);
    }
}
