package io.meshkit.jepsen.client;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.client.CallSettings;
import io.meshkit.client.MeshKitClient;
import io.meshkit.client.TransportMode;
import io.meshkit.client.Watch;
import io.meshkit.client.WatchListener;
import io.meshkit.client.WatchSettings;
import java.time.Duration;

/** A client of one node: one attempt per call. Thread-safe; it ends with its {@link ClientPool}. */
public final class NodeClient {
    /**
     * Longer than an election takes, so that a call which waits for one mostly learns its outcome; short enough that
     * a process bound to a node which is paused does not sleep through the fault.
     */
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final ClientPool pool;
    private final String node;
    private final TransportMode transport;
    private final MeshKitClient client;
    private final CallSettings settings;

    NodeClient(ClientPool pool, String node, TransportMode transport, MeshKitClient client) {
        this.pool = pool;
        this.node = node;
        this.transport = transport;
        this.client = client;
        this.settings = new CallSettings(LIMIT, node, false);
    }

    public String node() {
        return node;
    }

    public TransportMode transport() {
        return transport;
    }

    /** Of the same node by the same transport, in the name of that token's principal. */
    public NodeClient withToken(String token) {
        return pool.of(node, transport, token);
    }

    /** @throws io.meshkit.api.RegistryException on any failure */
    public <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request) {
        return client.call(method, request, settings);
    }

    /** As {@link #call(MethodDescriptor, Message)}, with a limit of its own. */
    public <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request, Duration limit) {
        return client.call(method, request, settings.withDeadline(limit));
    }

    /** Watches; the settings say at which node. */
    public Watch watch(Message request, WatchSettings how, WatchListener listener) {
        return client.watch(request, how, listener);
    }
}
