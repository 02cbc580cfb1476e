package io.omnirelay.transport.policy;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail.Applied;
import io.omnirelay.transport.DowngradeHeader;
import io.omnirelay.transport.Errors;
import io.omnirelay.transport.NegotiatedTransport;
import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.NegotiatedTransport.Style;
import io.omnirelay.transport.Route;
import io.omnirelay.transport.policy.TransportPolicy.Verdict;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds every call to the policy in force, and tells of it. Stands before authentication: a transport that is forbidden
 * is forbidden to everybody. Thread: any number.
 */
public final class PolicyGate implements ServerInterceptor {
    private static final Metadata.Key<String> DOWNGRADE =
            Metadata.Key.of(DowngradeHeader.NAME, Metadata.ASCII_STRING_MARSHALLER);

    private final PolicyObserver observer;
    private final DowngradeLog log;
    private final LongSupplier clockMs;
    private volatile TransportPolicy policy;

    /** @param clockMs Unix ms, for exceptions that have an end */
    public PolicyGate(TransportPolicy policy, PolicyObserver observer, DowngradeLog log, LongSupplier clockMs) {
        this.policy = policy;
        this.observer = observer;
        this.log = log;
        this.clockMs = clockMs;
    }

    /** Puts another policy in force, for calls from now on. */
    public void policy(TransportPolicy next) {
        this.policy = next;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        NegotiatedTransport negotiated = call.getAttributes().get(NegotiatedTransport.KEY);
        String service = call.getMethodDescriptor().getServiceName();
        if (negotiated == null || service == null || !policy.covers(service)) {
            return next.startCall(call, headers);
        }
        Way way = new Way(TransportKind.of(negotiated), negotiated.encoding());
        try {
            enter(service, way, headers.get(DOWNGRADE), call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        } catch (RegistryException e) {
            StatusRuntimeException refusal = Errors.toGrpc(e);
            Metadata trailers = refusal.getTrailers();
            call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
        return new Ending<>(next.startCall(call, headers), way);
    }

    /** The route, held to the policy. */
    public Route guarded(Route route) {
        return new Route(route.path(), route.methods(), request -> {
            if (!policy.covers(route.path())) {
                return route.handler().handle(request);
            }
            Way way = new Way(
                    TransportKind.of(new NegotiatedTransport(request.protocol(), Style.REST, Encoding.RAW)),
                    Encoding.RAW);
            enter(route.path(), way, request.headers().get(DowngradeHeader.NAME), request.remote());
            try {
                return route.handler().handle(request);
            } finally {
                observer.ended(way);
            }
        });
    }

    private void enter(String endpoint, Way way, @Nullable String declared, @Nullable SocketAddress remote) {
        long now = clockMs.getAsLong();
        TransportPolicy current = policy;
        Verdict verdict = current.verdict(endpoint, way, now);
        String reason = declared != null
                ? DowngradeHeader.reason(declared)
                : verdict == Verdict.PREFERRED ? null : DowngradeHeader.UNDECLARED;
        observer.called(endpoint, way, verdict, reason);
        if (reason != null) {
            log.add(endpoint, way, reason, verdict == Verdict.FORBIDDEN, host(remote));
        }
        if (verdict == Verdict.FORBIDDEN) {
            throw refusal(endpoint, way, current.allowed(endpoint, now));
        }
    }

    private static RegistryException refusal(String endpoint, Way way, List<Way> allowed) {
        String instead = allowed.stream().map(Way::toString).collect(Collectors.joining(", "));
        return new RegistryException(RegistryException.detail(
                        ErrorCode.FORBIDDEN,
                        "the transport policy does not allow " + way + " for " + endpoint,
                        (instead.isEmpty() ? "" : "call it by " + instead + "; ")
                                + "an exception can be approved in the transport policy")
                .setApplied(Applied.APPLIED_NO)
                .build());
    }

    private static String host(@Nullable SocketAddress remote) {
        return remote instanceof InetSocketAddress inet ? inet.getHostString() : "unknown";
    }

    /** Tells the end of a call once. */
    private final class Ending<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Way way;
        private final AtomicBoolean ended = new AtomicBoolean();

        Ending(ServerCall.Listener<Q> delegate, Way way) {
            super(delegate);
            this.way = way;
        }

        @Override
        public void onComplete() {
            end();
            super.onComplete();
        }

        @Override
        public void onCancel() {
            end();
            super.onCancel();
        }

        private void end() {
            if (ended.compareAndSet(false, true)) {
                observer.ended(way);
            }
        }
    }
}
