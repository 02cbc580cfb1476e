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
import io.meshkit.domain.access.VerbRule;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.omnirelay.session.v1.SessionServiceGrpc;
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
    private static final Metadata.Key<String> MESH_SCOPE =
            Metadata.Key.of("x-mesh-scope", Metadata.ASCII_STRING_MARSHALLER);
    private static final String HEALTH = "grpc.health.v1.Health/";
    private static final String REFLECTION = "grpc.reflection.";
    /** To open a session one must be somebody; what one may do is asked for each call on it. */
    private static final String SESSION = SessionServiceGrpc.SERVICE_NAME + "/";

    private final Authenticator authenticator;
    private final Map<String, VerbRule> rules;

    /**
     * @param rules by full method name, {@code meshkit.v1.PeerService/GetPeer}
     */
    public AccessInterceptor(Authenticator authenticator, Map<String, VerbRule> rules) {
        this.authenticator = authenticator;
        this.rules = Map.copyOf(rules);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        if (method.startsWith(HEALTH)) {
            return next.startCall(call, headers);
        }
        Presented presented =
                Presented.of(headers.get(AUTHORIZATION), call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
        VerbRule rule = ruleOf(method);
        Principal principal;
        try {
            principal = authenticator.authorize(presented, rule);
            authenticator.narrow(principal, headers.get(MESH_SCOPE), rule);
        } catch (RegistryException e) {
            StatusRuntimeException refusal = Errors.toGrpc(e);
            Metadata trailers = refusal.getTrailers();
            call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
        Revalidation again = () -> authenticator.recheck(presented, rule);
        return Contexts.interceptCall(
                Context.current().withValues(Principal.KEY, principal, Revalidation.KEY, again), call, headers, next);
    }

    /** A method without a rule demands a scope that nobody holds. */
    private VerbRule ruleOf(String method) {
        if (method.startsWith(REFLECTION) || method.startsWith(SESSION)) {
            return new VerbRule(method, Scope.SCOPE_OBSERVE, VerbKind.VERB_KIND_NODE, false);
        }
        VerbRule rule = rules.get(method);
        return rule != null ? rule : new VerbRule(method, Scope.SCOPE_UNSPECIFIED, VerbKind.VERB_KIND_NODE, false);
    }
}
