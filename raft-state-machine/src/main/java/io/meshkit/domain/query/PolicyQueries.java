package io.meshkit.domain.query;

import static io.meshkit.domain.records.ActionPolicyKind.ACTION_POLICY;
import static io.meshkit.domain.records.ApprovalKind.APPROVAL;

import io.meshkit.domain.QueryResult;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.policies.PolicyHandlers;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.Approval;
import io.meshkit.v1.GetActionPolicyRequest;
import io.meshkit.v1.GetActionPolicyResponse;
import io.meshkit.v1.GetApprovalRequest;
import io.meshkit.v1.GetApprovalResponse;
import io.meshkit.v1.ListActionPoliciesRequest;
import io.meshkit.v1.ListActionPoliciesResponse;
import io.meshkit.v1.ListApprovalsRequest;
import io.meshkit.v1.ListApprovalsResponse;
import java.util.List;
import java.util.function.Predicate;

/** Reading policies. */
public final class PolicyQueries {
    private PolicyQueries() {}

    public static List<QueryHandler<?>> all() {
        return List.of(
                new QueryHandler<>(GetActionPolicyRequest.getDefaultInstance(), PolicyQueries::getPolicy),
                new QueryHandler<>(ListActionPoliciesRequest.getDefaultInstance(), PolicyQueries::listPolicies),
                new QueryHandler<>(GetApprovalRequest.getDefaultInstance(), PolicyQueries::getApproval),
                new QueryHandler<>(ListApprovalsRequest.getDefaultInstance(), PolicyQueries::listApprovals));
    }

    private static QueryResult getPolicy(StoreView view, GetActionPolicyRequest request, Check check) {
        check.id("id", request.getId());
        return Gets.answer(
                view, check, () -> ACTION_POLICY.ref(request.getId()), GetActionPolicyResponse.getDefaultInstance());
    }

    private static QueryResult listPolicies(StoreView view, ListActionPoliciesRequest request, Check check) {
        String search = Filters.search(request.getSearch(), check);
        Predicate<ActionPolicy> filter =
                policy -> (request.getVerb().isEmpty() || PolicyHandlers.names(policy, request.getVerb()))
                        && Filters.within(search, policy.getId());
        return RecordList.of(ACTION_POLICY, filter)
                .answer(view, request, request.getPage(), ListActionPoliciesResponse.newBuilder(), check);
    }

    private static QueryResult getApproval(StoreView view, GetApprovalRequest request, Check check) {
        check.id("id", request.getId());
        return Gets.answer(view, check, () -> APPROVAL.ref(request.getId()), GetApprovalResponse.getDefaultInstance());
    }

    private static QueryResult listApprovals(StoreView view, ListApprovalsRequest request, Check check) {
        String search = Filters.search(request.getSearch(), check);
        Predicate<Approval> filter = approval -> Filters.equal(request.getRequester(), approval.getRequester())
                && Filters.equal(request.getVerb(), approval.getVerb())
                && (Filters.within(search, approval.getId()) || Filters.within(search, approval.getMutation()));
        return RecordList.of(APPROVAL, filter)
                .answer(view, request, request.getPage(), ListApprovalsResponse.newBuilder(), check);
    }
}
