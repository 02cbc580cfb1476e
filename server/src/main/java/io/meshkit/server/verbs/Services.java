package io.meshkit.server.verbs;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.meshkit.domain.Commands;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.options.VerbKind;
import io.meshkit.server.access.Principal;
import io.meshkit.server.verbs.NodeVerbs.Handler;
import io.omnirelay.transport.Errors;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds every verb of the contract by its kind. Nothing here knows a single verb.
 *
 * <p>Thread: the transport's executor gives each call a virtual thread, which may block.
 */
public final class Services {
    private static final Logger LOG = LoggerFactory.getLogger(Services.class);

    private final Mutations mutations;
    private final Reads reads;
    private final NodeVerbs nodeVerbs;
    private final Function<ServiceDescriptor, ServerServiceDefinition> watches;
    private final long requestTimeoutMs;

    /**
     * @param watches          binds a service whose verbs all watch
     * @param requestTimeoutMs for calls that name no deadline, and the most that any may take
     */
    public Services(
            Mutations mutations,
            Reads reads,
            NodeVerbs nodeVerbs,
            Function<ServiceDescriptor, ServerServiceDefinition> watches,
            long requestTimeoutMs) {
        this.mutations = mutations;
        this.reads = reads;
        this.nodeVerbs = nodeVerbs;
        this.watches = watches;
        this.requestTimeoutMs = requestTimeoutMs;
    }

    /**
     * @throws IllegalStateException if a verb has no rule or no handler
     */
    public List<ServerServiceDefinition> bind() {
        return Contract.SERVICES.stream()
                .map(service -> isWatch(service) ? watches.apply(service) : bind(service))
                .toList();
    }

    private static boolean isWatch(ServiceDescriptor service) {
        return service.getMethods().stream().map(Verb::of).allMatch(verb -> verb.kind() == VerbKind.VERB_KIND_WATCH);
    }

    private ServerServiceDefinition bind(ServiceDescriptor service) {
        ServerServiceDefinition.Builder builder = ServerServiceDefinition.builder(service);
        service.getMethods().stream().map(Verb::of).forEach(verb -> builder.addMethod(verb.method(), call(verb)));
        return builder.build();
    }

    private ServerCallHandler<Message, Message> call(Verb verb) {
        return unary(verb, handler(verb));
    }

    /** Calls of the verb, which is of one answer, as the handler answers them: for contracts beside ours. */
    public ServerCallHandler<Message, Message> unary(Verb verb, Handler handler) {
        return ServerCalls.asyncUnaryCall(
                (request, observer) -> answer(verb, handler, request, (StreamObserver<Message>) observer));
    }

    private Handler handler(Verb verb) {
        Message request = Objects.requireNonNull(
                ((PrototypeMarshaller<Message>) verb.method().getRequestMarshaller()).getMessagePrototype());
        return switch (verb.kind()) {
            case VERB_KIND_MUTATION -> {
                check(Commands.isMutation(request.getDescriptorForType()), verb, "an operation of Command");
                yield (message, principal, deadline) -> mutations.handle(verb, message, principal, deadline);
            }
            case VERB_KIND_READ -> {
                ReadInfoFields fields = ReadInfoFields.of(
                        request.getDescriptorForType(), verb.responsePrototype().getDescriptorForType());
                VerbRule rule = verb.access();
                yield (message, principal, deadline) -> reads.handle(rule, fields, message, principal, deadline);
            }
            case VERB_KIND_NODE -> {
                check(nodeVerbs.knows(request), verb, "a handler in NodeVerbs");
                yield nodeVerbs::handle;
            }
            case VERB_KIND_WATCH ->
                throw new IllegalStateException(verb.name() + " watches in a service that does more");
            case VERB_KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException(verb.name() + " has no kind");
        };
    }

    private static void check(boolean holds, Verb verb, String what) {
        if (!holds) {
            throw new IllegalStateException(verb.name() + " lacks " + what);
        }
    }

    private void answer(Verb verb, Handler handler, Message request, StreamObserver<Message> observer) {
        // With a handler, answering a caller who has gone is no error; the wait itself hears of it by the context.
        ((ServerCallStreamObserver<Message>) observer).setOnCancelHandler(() -> {});
        Message response;
        try {
            response = handler.handle(request, Principal.current(), Deadline.ofCall(requestTimeoutMs));
        } catch (RuntimeException e) {
            var known = Waits.asRegistryException(e);
            if (known.getCause() != null) {
                LOG.error("{} failed: {}", verb.name(), known.getMessage(), known);
            }
            observer.onError(Errors.toGrpc(known));
            return;
        }
        observer.onNext(response);
        observer.onCompleted();
    }
}
