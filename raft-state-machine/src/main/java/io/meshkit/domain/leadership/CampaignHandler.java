package io.meshkit.domain.leadership;

import static io.meshkit.domain.records.LeadershipKind.LEADERSHIP;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.LeaseRows;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Reply;
import io.meshkit.domain.kernel.Times;
import io.meshkit.domain.kernel.Work;
import io.meshkit.v1.CampaignRequest;
import io.meshkit.v1.CampaignResponse;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeadershipCandidate;
import org.jspecify.annotations.Nullable;

/** Takes a scope or a place in its queue; the answer names the lease and, if elected, the token. */
final class CampaignHandler implements CommandHandler<CampaignRequest> {
    private final RecordHandler<CampaignRequest, Leadership> scope = RecordHandler.creating(
            LEADERSHIP,
            CampaignRequest.getDefaultInstance(),
            CampaignResponse.getDefaultInstance(),
            request -> LEADERSHIP.ref(request.getScope()),
            CampaignHandler::checkRequest,
            CampaignHandler::campaign);

    @Override
    public CampaignRequest requestPrototype() {
        return scope.requestPrototype();
    }

    @Override
    public Message responsePrototype() {
        return scope.responsePrototype();
    }

    @Override
    public void check(CampaignRequest request, Check check) {
        scope.check(request, check);
    }

    @Override
    public boolean isNarrowable() {
        return true;
    }

    @Override
    public Reply decide(Work work, CampaignRequest request) {
        Reply reply = scope.decide(work, request);
        if (reply instanceof Reply.Accepted accepted) {
            CampaignResponse.Builder response = (CampaignResponse.Builder) accepted.response();
            Leadership now = response.getLeadership();
            boolean elected = now.getLeaderId().equals(request.getCandidateId());
            response.setLeaseId(LeadershipHandlers.leaseOf(now, request.getCandidateId()))
                    .setElected(elected)
                    .setFencingToken(elected ? now.getFencingToken() : 0);
        }
        return reply;
    }

    private static void checkRequest(CampaignRequest request, Check check) {
        check.id("scope", request.getScope())
                .text("kind", request.getKind())
                .id("candidateId", request.getCandidateId())
                .leaseTtl("ttl", request.getTtl())
                .labels("labels", request.getLabelsMap());
    }

    private static Decision<Leadership> campaign(Work work, CampaignRequest request, @Nullable Leadership current) {
        ErrorDetail full = LeaseRows.full(work);
        if (full != null) {
            return Decision.refuse(full);
        }
        LeadershipCandidate candidate = LeadershipCandidate.newBuilder()
                .setCandidateId(request.getCandidateId())
                .setLeaseId(work.nextGrant())
                .setTtl(Times.duration(Times.ms(request.getTtl())))
                .setQueuedAt(work.time())
                .putAllLabels(request.getLabelsMap())
                .build();
        Leadership.Builder next = current == null
                ? Leadership.newBuilder().setScope(request.getScope()).setKind(request.getKind())
                : current.toBuilder();
        if (next.getLeaderId().isEmpty() || next.getLeaderId().equals(request.getCandidateId())) {
            Elections.elect(work, next, candidate);
            return Decision.put(next.build());
        }
        int place = place(next, request.getCandidateId());
        if (place >= 0) {
            LeadershipCandidate waiting = next.getCandidates(place);
            next.setCandidates(place, candidate.toBuilder().setQueuedAt(waiting.getQueuedAt()));
            return Decision.put(next.build());
        }
        if (!request.getQueue()) {
            return Decision.refuse(Errors.precondition(
                    "scope " + next.getScope() + " is led by " + next.getLeaderId(),
                    "set queue to wait for it, or try again later"));
        }
        if (next.getCandidatesCount() >= DomainLimits.LEADERSHIP_CANDIDATES_MAX) {
            return Decision.refuse(Errors.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    DomainLimits.LEADERSHIP_CANDIDATES_MAX + " candidates wait for scope " + next.getScope()
                            + " already",
                    "try again when some have left"));
        }
        return Decision.put(next.addCandidates(candidate).build());
    }

    private static int place(Leadership.Builder scope, String candidate) {
        for (int i = 0; i < scope.getCandidatesCount(); i++) {
            if (scope.getCandidates(i).getCandidateId().equals(candidate)) {
                return i;
            }
        }
        return -1;
    }
}
