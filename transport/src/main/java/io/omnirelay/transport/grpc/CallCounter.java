package io.omnirelay.transport.grpc;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportEvents.RequestSummary;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Tells of every finished gRPC call. */
final class CallCounter extends ServerStreamTracer.Factory {
    private final Set<String> methods;
    private final TransportEvents events;

    /** @param methods full names that are served; calls of others count as {@code unknown} */
    CallCounter(Set<String> methods, TransportEvents events) {
        this.methods = methods;
        this.events = events;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        String method = methods.contains(fullMethodName) ? fullMethodName : "unknown";
        return new Tracer(method, events);
    }

    private static final class Tracer extends ServerStreamTracer {
        private final String method;
        private final TransportEvents events;
        private final long startNanos = System.nanoTime();
        private final AtomicLong received = new AtomicLong();
        private final AtomicLong sent = new AtomicLong();
        private final AtomicBoolean closed = new AtomicBoolean();

        Tracer(String method, TransportEvents events) {
            this.method = method;
            this.events = events;
        }

        @Override
        public void inboundWireSize(long bytes) {
            received.addAndGet(bytes);
        }

        @Override
        public void outboundWireSize(long bytes) {
            sent.addAndGet(bytes);
        }

        @Override
        public void streamClosed(Status status) {
            if (closed.compareAndSet(false, true)) {
                events.requestFinished(new RequestSummary(
                        method,
                        NegotiatedTransport.GRPC,
                        status.getCode().value(),
                        0,
                        System.nanoTime() - startNanos,
                        received.get(),
                        sent.get()));
            }
        }
    }
}
