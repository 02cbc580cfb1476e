package io.meshkit.server.node;

import io.grpc.stub.StreamObserver;
import io.meshkit.internal.v1.ChangeMembersRequest;
import io.meshkit.internal.v1.MemberNodeServiceGrpc;
import io.meshkit.internal.v1.MembersRequest;
import io.meshkit.internal.v1.MembersResponse;
import io.meshkit.server.bootstrap.RenewalAnswers;
import io.meshkit.server.members.MemberAnswers;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.v1.ChangeQuorumMembersResponse;
import io.meshkit.v1.JoinResponse;
import io.meshkit.v1.ListQuorumMembersRequest;
import io.meshkit.v1.ListQuorumMembersResponse;
import io.meshkit.v1.RenewCertificateRequest;

/** Answers other nodes about members. Thread: any number of virtual ones; changes block. */
public final class MemberNodeService extends MemberNodeServiceGrpc.MemberNodeServiceImplBase {
    private static final long TIMEOUT_MS = 10_000;

    private final MemberAnswers answers;
    private final RenewalAnswers renewals;

    public MemberNodeService(MemberAnswers answers, RenewalAnswers renewals) {
        this.answers = answers;
        this.renewals = renewals;
    }

    @Override
    public void members(MembersRequest request, StreamObserver<MembersResponse> observer) {
        LeaseNodeService.answer(observer, () -> answers.members(NodeGate.CALLER.get()));
    }

    @Override
    public void list(ListQuorumMembersRequest request, StreamObserver<ListQuorumMembersResponse> observer) {
        LeaseNodeService.answer(observer, answers::listAsLeader);
    }

    @Override
    public void change(ChangeMembersRequest request, StreamObserver<ChangeQuorumMembersResponse> observer) {
        LeaseNodeService.answer(observer, () -> answers.change(request, Deadline.ofCall(TIMEOUT_MS)));
    }

    @Override
    public void renew(RenewCertificateRequest request, StreamObserver<JoinResponse> observer) {
        LeaseNodeService.answer(
                observer,
                () -> renewals.renew(
                        request, NodeGate.CALLER.get(), NodeGate.CERTIFICATE.get(), Deadline.ofCall(TIMEOUT_MS)));
    }
}
