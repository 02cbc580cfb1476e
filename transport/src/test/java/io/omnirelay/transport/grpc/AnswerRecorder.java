package io.omnirelay.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.omnirelay.test.v1.StreamingOutputResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what comes, in order: messages, then a Status. */
final class AnswerRecorder<T> implements StreamObserver<T> {
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public void onNext(T value) {
        events.add(value);
    }

    @Override
    public void onError(Throwable t) {
        events.add(Status.fromThrowable(t));
    }

    @Override
    public void onCompleted() {
        events.add(Status.OK);
    }

    Object next() throws InterruptedException {
        Object event = events.poll(30, TimeUnit.SECONDS);
        assertThat(event).as("something within 30 s").isNotNull();
        return event;
    }

    int nextSize() throws InterruptedException {
        return ((StreamingOutputResponse) next()).getPayload().size();
    }

    Status.Code nextCode() throws InterruptedException {
        return ((Status) next()).getCode();
    }
}
