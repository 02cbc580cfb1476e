package io.meshkit.server.node;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meshkit.internal.v1.LeaseNodeServiceGrpc;
import io.meshkit.server.leases.LeaseAnswers;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.Waits;
import io.meshkit.v1.GetLeaseSummaryRequest;
import io.meshkit.v1.GetLeaseSummaryResponse;
import io.meshkit.v1.KeepAliveRequest;
import io.meshkit.v1.KeepAliveResponse;
import io.meshkit.v1.ListLeasesRequest;
import io.meshkit.v1.ListLeasesResponse;
import io.meshkit.v1.ReleaseExpiryGuardRequest;
import io.meshkit.v1.ReleaseExpiryGuardResponse;
import io.omnirelay.transport.Errors;
import java.util.function.Supplier;

/** Answers the other members about leases. Thread: any number of virtual ones; keep-alives block. */
public final class LeaseNodeService extends LeaseNodeServiceGrpc.LeaseNodeServiceImplBase {
    private static final long TIMEOUT_MS = 10_000;

    private final LeaseAnswers answers;

    public LeaseNodeService(LeaseAnswers answers) {
        this.answers = answers;
    }

    @Override
    public void keepAlive(KeepAliveRequest request, StreamObserver<KeepAliveResponse> observer) {
        answer(observer, () -> answers.keepAlive(request, Deadline.ofCall(TIMEOUT_MS)));
    }

    @Override
    public void list(ListLeasesRequest request, StreamObserver<ListLeasesResponse> observer) {
        answer(observer, () -> answers.list(request, Deadline.ofCall(TIMEOUT_MS)));
    }

    @Override
    public void summary(GetLeaseSummaryRequest request, StreamObserver<GetLeaseSummaryResponse> observer) {
        answer(observer, answers::summary);
    }

    @Override
    public void release(ReleaseExpiryGuardRequest request, StreamObserver<ReleaseExpiryGuardResponse> observer) {
        answer(observer, () -> answers.release(request));
    }

    static <R> void answer(StreamObserver<R> observer, Supplier<R> answer) {
        // With a handler, answering a member that has gone is no error.
        ((ServerCallStreamObserver<R>) observer).setOnCancelHandler(() -> {});
        R response;
        try {
            response = answer.get();
        } catch (RuntimeException e) {
            observer.onError(Errors.toGrpc(Waits.asRegistryException(e)));
            return;
        }
        observer.onNext(response);
        observer.onCompleted();
    }
}
