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
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call through with its principal in the context, or refuses it.
 *
 * <p>Invariant: a method without a scope is refused to everybody, unless it is listed as open. Thread: any
 * number.
 */
public final class AccessInterceptor implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> MESH_SCOPE =
            Metadata.Key.of("x-mesh-scope", Metadata.ASCII_STRING_MARSHALLER);
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
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        String authorization = headers.get(AUTHORIZATION);
        Principal principal;
        try {
            principal = authorize(authorization, session, method);
            authenticator.narrow(principal, headers.get(MESH_SCOPE), scopeOf(method), method);
        } catch (RegistryException e) {
            StatusRuntimeException refusal = Errors.toGrpc(e);
            Metadata trailers = refusal.getTrailers();
            call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
        Revalidation again = () -> authorize(authorization, session, method);
        return Contexts.interceptCall(
                Context.current().withValues(Principal.KEY, principal, Revalidation.KEY, again), call, headers, next);
    }

    private Principal authorize(@Nullable String authorization, @Nullable SSLSession session, String method) {
        return authenticator.authorize(authorization, Spiffe.ofPeer(session).orElse(null), scopeOf(method), method);
    }

    private Scope scopeOf(String method) {
        return method.startsWith(REFLECTION)
                ? Scope.SCOPE_OBSERVE
                : scopes.getOrDefault(method, Scope.SCOPE_UNSPECIFIED);
    }
}
