package io.omnirelay.transport.session;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.omnirelay.session.v1.SessionFrame;
import io.omnirelay.session.v1.SessionServiceGrpc;
import java.util.ArrayList;
import java.util.List;

/** A session's stream, seen from its server: keeps what was sent and asked for. One thread. */
final class FakeStream extends ServerCall<SessionFrame, SessionFrame> {
    final List<SessionFrame> frames = new ArrayList<>();
    boolean ready = true;
    int requested;
    int requests;
    int threshold;
    Status closed;

    @Override
    public void request(int numMessages) {
        requested += numMessages;
        requests++;
    }

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(SessionFrame message) {
        frames.add(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
        closed = status;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void setOnReadyThreshold(int numBytes) {
        threshold = numBytes;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public Attributes getAttributes() {
        return Attributes.EMPTY;
    }

    @Override
    public MethodDescriptor<SessionFrame, SessionFrame> getMethodDescriptor() {
        return SessionServiceGrpc.getOpenMethod();
    }
}
