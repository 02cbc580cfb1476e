package io.meshkit.jepsen.client;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.client.CallSettings;
import io.meshkit.client.ClientContext;
import io.meshkit.client.MeshKitClient;
import io.meshkit.client.TransportMode;
import java.time.Duration;

/** A client of one node: one attempt per call. Thread-safe. */
public final class NodeClient implements AutoCloseable {
    /**
     * Longer than an election takes, so that a call which waits for one mostly learns its outcome; short enough that
     * a process bound to a node which is paused does not sleep through the fault.
     */
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final String node;
    private final MeshKitClient client;
    private final CallSettings settings;

    private NodeClient(String node, MeshKitClient client) {
        this.node = node;
        this.client = client;
        this.settings = new CallSettings(LIMIT, node, false);
    }

    /** Connects with the first call. */
    public static NodeClient open(ClientContext context, String node, TransportMode transport) {
        return new NodeClient(node, context.toBuilder().transport(transport).build());
    }

    public String node() {
        return node;
    }

    /** @throws io.meshkit.api.RegistryException on any failure */
    public <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request) {
        return client.call(method, request, settings);
    }

    /** As {@link #call(MethodDescriptor, Message)}, with a limit of its own. */
    public <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request, Duration limit) {
        return client.call(method, request, settings.withDeadline(limit));
    }

    @Override
    public void close() {
        client.close();
    }
}
