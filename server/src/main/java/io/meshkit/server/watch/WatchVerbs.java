package io.meshkit.server.watch;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.raft.Replica;
import io.meshkit.server.access.Principal;
import io.meshkit.server.access.Revalidation;
import io.meshkit.server.access.Rights;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.Reads;
import io.meshkit.server.verbs.Waits;
import io.omnirelay.transport.EncodedMessage;
import io.omnirelay.transport.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verbs of kind WATCH, for any service that consists of them. Nothing here knows a single verb. */
public final class WatchVerbs {
    private static final Logger LOG = LoggerFactory.getLogger(WatchVerbs.class);

    private final WatchHub hub;
    private final WatchLimits limits;
    private final WatchStarts starts;
    private final Rights rights;
    private final long startTimeoutMs;

    /**
     * @param rights         holds watches to their callers' bindings
     * @param clusterId      the quorum's id, which tokens name
     * @param startTimeoutMs how long a watch may take to begin; it has no deadline after that
     */
    public WatchVerbs(
            WatchHub hub,
            WatchLimits limits,
            Replica replica,
            Reads reads,
            Rights rights,
            String clusterId,
            long startTimeoutMs) {
        this.hub = hub;
        this.limits = limits;
        this.starts = new WatchStarts(replica, reads, rights, clusterId);
        this.rights = rights;
        this.startTimeoutMs = startTimeoutMs;
    }

    /** The service, all of whose verbs watch. */
    public ServerServiceDefinition bind(ServiceDescriptor service) {
        ServiceDescriptor.Builder encoded =
                ServiceDescriptor.newBuilder(service.getName()).setSchemaDescriptor(service.getSchemaDescriptor());
        ServiceDescriptor descriptor = service.getMethods().stream()
                .map(WatchVerbs::encoded)
                .reduce(encoded, ServiceDescriptor.Builder::addMethod, (a, b) -> a)
                .build();
        ServerServiceDefinition.Builder builder = ServerServiceDefinition.builder(descriptor);
        descriptor.getMethods().forEach(method -> add(builder, method));
        return builder.build();
    }

    /** The generated method, with responses that are encoded already. */
    @SuppressWarnings("unchecked") // generated methods carry messages
    public static MethodDescriptor<Message, EncodedMessage> encoded(MethodDescriptor<?, ?> method) {
        MethodDescriptor<Message, Message> generated = (MethodDescriptor<Message, Message>) method;
        return generated.toBuilder(
                        generated.getRequestMarshaller(), EncodedMessage.marshaller(generated.getResponseMarshaller()))
                .build();
    }

    @SuppressWarnings("unchecked") // made so by encoded()
    private void add(ServerServiceDefinition.Builder builder, MethodDescriptor<?, ?> method) {
        ServerCallHandler<Message, EncodedMessage> handler = (call, headers) -> start(call);
        builder.addMethod((MethodDescriptor<Message, EncodedMessage>) method, handler);
    }

    /** Serves a call whose request is that of any verb of kind WATCH. */
    public ServerCall.Listener<Message> start(ServerCall<Message, EncodedMessage> call) {
        VerbRule rule = ruleOf(call.getMethodDescriptor());
        call.request(2);
        return new Call(rule, call);
    }

    private static VerbRule ruleOf(MethodDescriptor<?, ?> method) {
        if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier) {
            return VerbRule.of(supplier.getMethodDescriptor());
        }
        throw new IllegalStateException(method.getFullMethodName() + " was not generated from a proto");
    }

    /** One call. Its listener's methods run one at a time. */
    private final class Call extends ServerCall.Listener<Message> {
        private final VerbRule rule;
        private final ServerCall<Message, EncodedMessage> call;
        private @Nullable Message request;
        private WatchHub.@Nullable Ticket ticket;
        private @Nullable Watcher watcher;
        private @Nullable Pump pump;

        Call(VerbRule rule, ServerCall<Message, EncodedMessage> call) {
            this.rule = rule;
            this.call = call;
        }

        @Override
        public void onMessage(Message message) {
            request = message;
        }

        @Override
        public void onHalfClose() {
            Message asked = request;
            if (asked == null) {
                call.close(Status.INVALID_ARGUMENT.withDescription("a watch needs a request"), new Metadata());
                return;
            }
            try {
                begin(asked);
            } catch (RuntimeException e) {
                RegistryException known = Waits.asRegistryException(e);
                if (known.getCause() != null) {
                    LOG.error("a watch cannot begin: {}", known.getMessage(), known);
                }
                close(call, known);
            }
        }

        private void begin(Message asked) {
            ticket = hub.admit();
            WatchStarts.Begun begun = starts.begin(rule, asked, Principal.current(), Deadline.ofCall(startTimeoutMs));
            Sink sink = new CallSink(call, Revalidation.current());
            Watcher begins = new Watcher(
                    begun.filter(),
                    begun.tokens(),
                    sink,
                    begun.plan(),
                    limits.bookmarkInterval().toNanos(),
                    rights::revision,
                    System.nanoTime());
            watcher = begins;
            call.sendHeaders(new Metadata());
            begins.open(begun.opened());
            pump = hub.add(begins);
        }

        @Override
        public void onReady() {
            if (pump != null) {
                pump.signal();
            }
        }

        @Override
        public void onCancel() {
            onComplete();
        }

        @Override
        public void onComplete() {
            if (watcher != null) {
                watcher.cancelled();
            }
            if (pump != null) {
                pump.signal();
            }
            if (ticket != null) {
                ticket.close();
            }
        }
    }

    private static void close(ServerCall<?, ?> call, RegistryException error) {
        StatusRuntimeException failure = Errors.toGrpc(error);
        Metadata trailers = failure.getTrailers();
        call.close(failure.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    private record CallSink(ServerCall<Message, EncodedMessage> call, Revalidation rights) implements Sink {
        @Override
        public boolean isReady() {
            return call.isReady() && !call.isCancelled();
        }

        @Override
        public void send(EncodedMessage message) {
            call.sendMessage(message);
        }

        @Override
        public void complete() {
            call.close(Status.OK, new Metadata());
        }

        @Override
        public void fail(RegistryException error) {
            close(call, error);
        }

        @Override
        public void revalidate() {
            rights.check();
        }
    }
}
