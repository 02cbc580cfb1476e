package io.meshkit.server.observe;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.meshkit.domain.Commands;
import io.meshkit.server.access.Principal;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.ReadInfo;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.policy.TransportKind;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Measures every call by verb, error code and transport, and logs it: at debug, or as a warning when slow.
 *
 * <p>Innermost interceptor but for access, so that the principal is known. Thread: any number.
 */
public final class RequestObserver implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger("io.meshkit.server.requests");

    private final MetricRegistry metrics;
    private final long slowNanos;
    private final ConcurrentHashMap<String, Buckets> durations = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Kind, Counter> counters = new ConcurrentHashMap<>();

    private record Kind(String verb, String code, String transport) {}

    /**
     * @param slowMs a call that takes longer is logged as a warning; 0: none
     */
    public RequestObserver(MetricRegistry metrics, long slowMs) {
        this.metrics = metrics;
        this.slowNanos = slowMs == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(slowMs);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Observed<Q, R> observed = new Observed<>(call, Principal.KEY.get());
        return new SimpleForwardingServerCallListener<>(next.startCall(observed, headers)) {
            @Override
            public void onMessage(Q message) {
                observed.request = message;
                super.onMessage(message);
            }
        };
    }

    private final class Observed<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final long startedNanos = System.nanoTime();
        private final @Nullable Principal principal;
        private volatile @Nullable Object request;
        private volatile @Nullable Object response;

        Observed(ServerCall<Q, R> call, @Nullable Principal principal) {
            super(call);
            this.principal = principal;
        }

        @Override
        public void sendMessage(R message) {
            response = message;
            super.sendMessage(message);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            super.close(status, trailers);
            long nanos = System.nanoTime() - startedNanos;
            String verb = String.valueOf(getMethodDescriptor().getBareMethodName());
            String code =
                    status.isOk() ? "OK" : Errors.of(status, trailers).code().name();
            count(verb, code, nanos);
            // A stream lasts as long as its reader likes.
            boolean slow = nanos > slowNanos && getMethodDescriptor().getType().serverSendsOneMessage();
            if (slow || LOG.isDebugEnabled()) {
                log(slow ? Level.WARN : Level.DEBUG, verb, code, nanos);
            }
        }

        private void count(String verb, String code, long nanos) {
            NegotiatedTransport transport = getAttributes().get(NegotiatedTransport.KEY);
            String over = transport == null ? "unknown" : transport.transportName();
            counters.computeIfAbsent(new Kind(verb, code, over), RequestObserver.this::counter)
                    .inc();
            durations.computeIfAbsent(verb, RequestObserver.this::duration).record(nanos);
        }

        private void log(Level level, String verb, String code, long nanos) {
            NegotiatedTransport transport = getAttributes().get(NegotiatedTransport.KEY);
            LoggingEventBuilder event = LOG.atLevel(level)
                    .addKeyValue("verb", verb)
                    .addKeyValue("code", code)
                    .addKeyValue("micros", nanos / 1_000);
            if (transport != null) {
                event = event.addKeyValue(
                                "transport", TransportKind.of(transport).label())
                        .addKeyValue("protocol", transport.protocol().label())
                        .addKeyValue("encoding", transport.encoding().label());
            }
            if (principal != null) {
                event = event.addKeyValue("principal", principal.name());
            }
            String requestId = requestId(request);
            if (!requestId.isEmpty()) {
                event = event.addKeyValue("request_id", requestId);
            }
            long revision = revision(response);
            if (revision >= 0) {
                event = event.addKeyValue("revision", revision);
            }
            event.log(level == Level.WARN ? "slow request" : "request");
        }
    }

    private Counter counter(Kind kind) {
        return metrics.counter("meshkit_requests_total{verb=\"" + kind.verb() + "\",code=\"" + kind.code()
                + "\",transport=\"" + kind.transport() + "\"}");
    }

    private Buckets duration(String verb) {
        return metrics.register("meshkit_request_duration_seconds{verb=\"" + verb + "\"}", Buckets.durations());
    }

    private static String requestId(@Nullable Object request) {
        return request instanceof Message message && Commands.isMutation(message.getDescriptorForType())
                ? Commands.options(message).getRequestId()
                : "";
    }

    private static long revision(@Nullable Object response) {
        if (response instanceof Message message) {
            for (Object field : message.getAllFields().values()) {
                if (field instanceof ReadInfo info) {
                    return info.getRevision();
                }
                if (field instanceof MutationResult result) {
                    return result.getRevision();
                }
            }
        }
        return -1;
    }
}
