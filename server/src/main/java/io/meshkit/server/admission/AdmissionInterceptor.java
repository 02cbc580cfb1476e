package io.meshkit.server.admission;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meshkit.api.RegistryException;
import io.meshkit.options.Scope;
import io.meshkit.server.access.Principal;
import io.omnirelay.transport.Errors;
import java.util.Map;

/** Holds every call that has a principal to the limits of admission. Thread: any number. */
public final class AdmissionInterceptor implements ServerInterceptor {
    private static final String KEEP_ALIVE = "meshkit.v1.LeaseService/KeepAlive";

    private final Admission admission;
    private final Map<String, Scope> scopes;

    /** @param scopes by full method name: verbs of SCOPE_ADMIN may use the reserve */
    public AdmissionInterceptor(Admission admission, Map<String, Scope> scopes) {
        this.admission = admission;
        this.scopes = Map.copyOf(scopes);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Principal principal = Principal.KEY.get();
        if (principal == null) {
            // Health checks: they are answered from memory.
            return next.startCall(call, headers);
        }
        Admission.Permit permit;
        try {
            permit = admission.admit(principal.name(), kind(call));
        } catch (RegistryException e) {
            StatusRuntimeException refusal = Errors.toGrpc(e);
            Metadata trailers = refusal.getTrailers();
            call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
        try {
            return new Listening<>(next.startCall(new Closing<>(call, permit), headers), permit);
        } catch (RuntimeException e) {
            permit.close();
            throw e;
        }
    }

    private Admission.Kind kind(ServerCall<?, ?> call) {
        String method = call.getMethodDescriptor().getFullMethodName();
        if (method.equals(KEEP_ALIVE) || scopes.get(method) == Scope.SCOPE_ADMIN) {
            return Admission.Kind.RESERVED;
        }
        return call.getMethodDescriptor().getType().serverSendsOneMessage()
                ? Admission.Kind.ORDINARY
                : Admission.Kind.WATCH;
    }

    private static final class Closing<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final Admission.Permit permit;

        Closing(ServerCall<Q, R> call, Admission.Permit permit) {
            super(call);
            this.permit = permit;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            permit.close();
            super.close(status, trailers);
        }
    }

    /** For calls that end without an answer. */
    private static final class Listening<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Admission.Permit permit;

        Listening(ServerCall.Listener<Q> listener, Admission.Permit permit) {
            super(listener);
            this.permit = permit;
        }

        @Override
        public void onCancel() {
            permit.close();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            permit.close();
            super.onComplete();
        }
    }
}
