package io.meshkit.jepsen.client;

import io.meshkit.client.ClientContext;
import io.meshkit.client.MeshKitClient;
import io.meshkit.client.MeshKitClientBuilder;
import io.meshkit.client.TransportMode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One connected client per node and transport, which all who ask that node so share: as many connections as a real
 * client would have, and not one per thread.
 *
 * <p>Thread-safe.
 */
public final class ClientPool implements AutoCloseable {
    private final Supplier<ClientContext> context;
    private final Map<String, MeshKitClient> clients = new HashMap<>();

    /** @param context of now: nodes may come */
    public ClientPool(Supplier<ClientContext> context) {
        this.context = context;
    }

    /** A client of that node. Connects with the first call. */
    public synchronized NodeClient of(String node, TransportMode transport) {
        MeshKitClient client = clients.computeIfAbsent(
                node + " " + transport.label(),
                each -> context.get().toBuilder().transport(transport).build());
        return new NodeClient(this, node, transport, client);
    }

    /** A client of that node in the name of the token's principal. */
    synchronized NodeClient of(String node, TransportMode transport, String token) {
        MeshKitClient client = clients.computeIfAbsent(
                node + " " + transport.label() + " " + token,
                each -> withToken(token).transport(transport).build());
        return new NodeClient(this, node, transport, client);
    }

    private MeshKitClientBuilder withToken(String token) {
        ClientContext now = context.get();
        MeshKitClientBuilder builder =
                MeshKitClient.builder().endpoints(now.endpoints()).bearerToken(() -> token);
        Path ca = now.ca();
        return ca == null ? builder : builder.ca(ca);
    }

    @Override
    public synchronized void close() {
        clients.values().forEach(MeshKitClient::close);
        clients.clear();
    }
}
