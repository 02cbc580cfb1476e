package io.meshkit.server.access;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.meshkit.api.RegistryException;
import io.meshkit.options.Scope;
import io.omnirelay.transport.Errors;
import java.util.Map;

/**
 * Lets a call through with its principal in the context, or refuses it.
 *
 * <p>Invariant: a method without a scope is refused to everybody, unless it is listed as open. Thread: any
 * number.
 */
public final class AccessInterceptor implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String HEALTH = "grpc.health.v1.Health/";
    private static final String REFLECTION = "grpc.reflection.";

    private final Authenticator authenticator;
    private final Map<String, Scope> scopes;

    /**
     * @param scopes by full method name, {@code meshkit.v1.PeerService/GetPeer}
     */
    public AccessInterceptor(Authenticator authenticator, Map<String, Scope> scopes) {
        this.authenticator = authenticator;
        this.scopes = Map.copyOf(scopes);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        if (method.startsWith(HEALTH)) {
            return next.startCall(call, headers);
        }
        Principal principal;
        try {
            principal = authenticator.authorize(
                    headers.get(AUTHORIZATION),
                    Spiffe.ofPeer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION))
                            .orElse(null),
                    scopeOf(method),
                    method);
        } catch (RegistryException e) {
            StatusRuntimeException refusal = Errors.toGrpc(e);
            Metadata trailers = refusal.getTrailers();
            call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(Principal.KEY, principal), call, headers, next);
    }

    private Scope scopeOf(String method) {
        return method.startsWith(REFLECTION)
                ? Scope.SCOPE_OBSERVE
                : scopes.getOrDefault(method, Scope.SCOPE_UNSPECIFIED);
    }
}
