package io.meshkit.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what a client needs to know. Not thread-safe. */
public final class MeshKitClientBuilder {
    private final List<Endpoint> endpoints = new ArrayList<>();
    private @Nullable Path ca;
    private @Nullable Path certificate;
    private @Nullable Path key;
    private @Nullable Supplier<String> token;
    private CallSettings settings = CallSettings.DEFAULT;
    private RetryPolicy retryPolicy = RetryPolicy.DEFAULT;
    private TransportMode transport = TransportMode.AUTO;
    private boolean sessions = true;
    private final List<Consumer<DowngradeEvent>> downgradeListeners = new ArrayList<>();
    private final List<Consumer<CallReport>> callListeners = new ArrayList<>();

    MeshKitClientBuilder() {}

    /** Adds a node. At least one is required; name them all, so that the client survives the loss of one. */
    public MeshKitClientBuilder endpoint(Endpoint endpoint) {
        endpoints.add(endpoint);
        return this;
    }

    public MeshKitClientBuilder endpoints(List<Endpoint> endpoints) {
        this.endpoints.addAll(endpoints);
        return this;
    }

    /** PEM of the CA of the nodes' certificates. Default: the platform's trust store. */
    public MeshKitClientBuilder ca(Path ca) {
        this.ca = ca;
        return this;
    }

    /**
     * Proves who the client is by mTLS. The files are read again for each new connection: see
     * {@link MeshKitClient#reconnect} and {@link CertificateKeeper}.
     */
    public MeshKitClientBuilder clientCertificate(Path certificate, Path key) {
        this.certificate = certificate;
        this.key = key;
        return this;
    }

    /**
     * Proves who the client is by a bearer token.
     *
     * @param token asked before every attempt, so that it may rotate; thread-safe, quick
     */
    public MeshKitClientBuilder bearerToken(Supplier<String> token) {
        this.token = token;
        return this;
    }

    /** What calls without settings of their own use. Default: {@link CallSettings#DEFAULT}. */
    public MeshKitClientBuilder settings(CallSettings settings) {
        this.settings = settings;
        return this;
    }

    public MeshKitClientBuilder retryPolicy(RetryPolicy retryPolicy) {
        this.retryPolicy = retryPolicy;
        return this;
    }

    /** Which transport is used. Default: {@link TransportMode#AUTO}. */
    public MeshKitClientBuilder transport(TransportMode transport) {
        this.transport = transport;
        return this;
    }

    /**
     * Whether unary calls to a node travel together in one stream, where the node can: invisible but for the speed.
     * Default: true. The first call to a node, and what is large or streams, always goes by itself.
     */
    public MeshKitClientBuilder sessions(boolean sessions) {
        this.sessions = sessions;
        return this;
    }

    /** Is told of each downgrade. Thread: any; must neither block nor throw. */
    public MeshKitClientBuilder onDowngrade(Consumer<DowngradeEvent> listener) {
        downgradeListeners.add(listener);
        return this;
    }

    /** Is told of each call that has ended, before its caller is. Thread: any; must neither block nor throw. */
    public MeshKitClientBuilder onCall(Consumer<CallReport> listener) {
        callListeners.add(listener);
        return this;
    }

    /**
     * Makes the client; connects with the first call.
     *
     * @throws IllegalArgumentException             without an endpoint, or if two have the same node id
     * @throws io.meshkit.api.RegistryException INVALID_REQUEST if a TLS file cannot be used, or the transport cannot
     */
    public MeshKitClient build() {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("a client needs at least one endpoint");
        }
        if (endpoints.stream().map(Endpoint::node).distinct().count() < endpoints.size()) {
            throw new IllegalArgumentException("two endpoints have the same node id: " + endpoints);
        }
        return new MeshKitClient(
                List.copyOf(endpoints),
                new Security(ca, certificate, key, token),
                settings,
                retryPolicy,
                transport,
                sessions,
                new DowngradeLog(downgradeListeners),
                List.copyOf(callListeners));
    }
}
