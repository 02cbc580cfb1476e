package io.meshkit.client;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchServiceGrpc;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The watches of one client, so that they end with it. Thread-safe. */
final class Watches {
    private final Set<WatchTask<?>> running = new HashSet<>();
    private boolean closed;

    /**
     * @throws IllegalArgumentException if no verb watches with such a request
     * @throws IllegalStateException    if the client is closed
     */
    Watch start(CallContext context, Message request, WatchSettings settings, WatchListener listener) {
        WatchTask<Message> task = new WatchTask<>(context, methodOf(request), request, settings, listener, this::ended);
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the client is closed");
            }
            running.add(task);
        }
        return task.start();
    }

    /** The verb whose request it is. */
    @SuppressWarnings("unchecked") // Found by the request's own type; every verb of the service streams WatchResponse.
    private static MethodDescriptor<Message, WatchResponse> methodOf(Message request) {
        for (MethodDescriptor<?, ?> method :
                WatchServiceGrpc.getServiceDescriptor().getMethods()) {
            if (method.getRequestMarshaller() instanceof MethodDescriptor.PrototypeMarshaller<?> marshaller
                    && marshaller.getMessageClass() == request.getClass()) {
                return (MethodDescriptor<Message, WatchResponse>) method;
            }
        }
        throw new IllegalArgumentException(
                "no verb watches with a " + request.getDescriptorForType().getFullName());
    }

    private synchronized void ended(WatchTask<?> task) {
        running.remove(task);
    }

    void close() {
        List<WatchTask<?>> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(running);
        }
        left.forEach(WatchTask::close);
    }
}
