package io.omnirelay.transport.client.session;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.omnirelay.session.v1.SessionFrame;
import java.util.ArrayList;
import java.util.List;

/** A channel that knows the streams of sessions only, and keeps the last. One thread. */
final class FakeChannel extends Channel {
    Stream stream;

    @Override
    @SuppressWarnings("unchecked")
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        stream = new Stream(options);
        return (ClientCall<Q, R>) stream;
    }

    @Override
    public String authority() {
        return "fake";
    }

    /** A session's stream, seen from its server. */
    static final class Stream extends ClientCall<SessionFrame, SessionFrame> {
        final CallOptions options;
        final List<SessionFrame> frames = new ArrayList<>();
        boolean ready = true;
        int requested;
        int requests;
        private Listener<SessionFrame> listener;

        Stream(CallOptions options) {
            this.options = options;
        }

        Listener<SessionFrame> listener() {
            return listener;
        }

        void answer(SessionFrame frame) {
            listener.onMessage(frame);
        }

        @Override
        public void start(Listener<SessionFrame> responses, Metadata headers) {
            listener = responses;
        }

        @Override
        public void request(int numMessages) {
            requested += numMessages;
            requests++;
        }

        @Override
        public void cancel(String message, Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(SessionFrame message) {
            frames.add(message);
        }

        @Override
        public boolean isReady() {
            return ready;
        }
    }
}
