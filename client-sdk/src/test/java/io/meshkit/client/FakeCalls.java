package io.meshkit.client;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.client.SharedTls;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What calls share, by a clock of the test, and nodes whose connections the test makes and breaks. For one thread. */
final class FakeCalls implements CallContext {
    final FakeTime time = new FakeTime();
    private final RetryPolicy policy =
            new RetryPolicy(Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofSeconds(5));
    private final TurnQueue turns = new TurnQueue();
    private final Map<String, Dialer> dialers = new HashMap<>();
    private final NodeRouter router;

    FakeCalls(String... nodes) {
        List<NodeChannel> channels = new ArrayList<>();
        for (String node : nodes) {
            Dialer dialer = new Dialer();
            dialers.put(node, dialer);
            Lanes lanes = new Lanes(
                    new Endpoint(node, "localhost", 1, 1), SharedTls.of(new TlsMaterial(null, null, null)), null);
            channels.add(new NodeChannel(lanes, new TransportCounts(), dialer, this));
        }
        router = new NodeRouter(channels);
    }

    Dialer dialer(String node) {
        return dialers.get(node);
    }

    int attempts() {
        return dialers.values().stream().mapToInt(dialer -> dialer.attempts).sum();
    }

    @Override
    public NodeRouter router() {
        return router;
    }

    @Override
    public TurnQueue turns() {
        return turns;
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public RetryPolicy retryPolicy() {
        return policy;
    }

    @Override
    public Metadata headers() {
        return new Metadata();
    }

    @Override
    public boolean later(Runnable task, long delayNanos) {
        return time.later(task, delayNanos);
    }

    @Override
    public void ended(CallReport report) {}

    @Override
    public void observe(NodeChannel node, MethodTraits traits, Message response) {}

    /** One node: away, it refuses connections after a while; there, it answers with what the test gives. */
    final class Dialer extends ManagedChannel implements NodeTransport {
        int attempts;
        boolean away;
        /** Neither refuses nor answers. */
        boolean silent;

        Duration refusesAfter = Duration.ZERO;

        @Override
        public void choose(Consumer<Lane> then) {
            then.accept(new Lane(TransportKind.GRPC, this, null));
        }

        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            return new ClientCall<>() {
                private Listener<R> listener;

                @Override
                public void start(Listener<R> responses, Metadata headers) {
                    listener = responses;
                    attempts++;
                }

                @Override
                public void request(int numMessages) {}

                @Override
                public void cancel(@Nullable String message, @Nullable Throwable cause) {
                    listener.onClose(Status.CANCELLED, new Metadata());
                }

                @Override
                public void halfClose() {
                    if (away) {
                        time.later(
                                () -> listener.onClose(
                                        Status.UNAVAILABLE.withCause(new ConnectException("refused")), new Metadata()),
                                refusesAfter.toNanos());
                    } else if (!silent) {
                        time.later(
                                () -> {
                                    listener.onReady();
                                    listener.onMessage(answer(method));
                                    listener.onClose(Status.OK, new Metadata());
                                },
                                0);
                    }
                }

                @Override
                public void sendMessage(Q message) {}
            };
        }

        @SuppressWarnings("unchecked") // The marshaller of the answers knows their type.
        private static <R> R answer(MethodDescriptor<?, R> method) {
            MethodDescriptor.PrototypeMarshaller<R> marshaller =
                    (MethodDescriptor.PrototypeMarshaller<R>) method.getResponseMarshaller();
            return marshaller.getMessagePrototype();
        }

        @Override
        public void answered(Lane lane) {}

        @Override
        public void failed(Lane lane, boolean connected) {}

        @Override
        public TransportStats.Node stats(TransportCounts counts) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}

        @Override
        public ManagedChannel shutdown() {
            return this;
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return this;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }

        @Override
        public String authority() {
            return "localhost";
        }
    }
}
