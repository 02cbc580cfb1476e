package io.meshkit.server;

import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.meshkit.server.access.AccessInterceptor;
import io.meshkit.server.admission.AdmissionInterceptor;
import io.meshkit.server.config.ServerConfig;
import io.meshkit.server.observe.RequestObserver;
import io.omnirelay.transport.OmniRelayServer;
import io.omnirelay.transport.Route;
import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.policy.PolicyGate;
import io.omnirelay.transport.tls.TlsFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where clients come in: the contract's services and the plain resources, on the OmniRelay server. */
final class ClientEndpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientEndpoints.class);

    /** A message may be so much larger than a command: the command's own limit then tells it by name. */
    private static final int ENVELOPE_BYTES = 64 * 1024;

    private final OmniRelayServer server;
    private final Duration closeWithin;

    private ClientEndpoints(OmniRelayServer server, Duration closeWithin) {
        this.server = server;
        this.closeWithin = closeWithin;
    }

    /**
     * @throws IOException if a port is taken or a PEM file cannot be read
     */
    static ClientEndpoints start(
            ServerConfig config,
            List<ServerServiceDefinition> services,
            PolicyGate policy,
            AccessInterceptor access,
            RequestObserver observer,
            AdmissionInterceptor admission,
            List<Route> routes,
            TransportEvents events,
            Executor executor)
            throws IOException {
        OmniRelayServer.Builder builder = OmniRelayServer.builder()
                .host(config.listen().host())
                .httpsPort(config.listen().httpsPort())
                .grpcPort(config.listen().grpcPort())
                .tls(files(config).read())
                .clientCertificates(
                        config.clientTlsRules().https(),
                        config.clientTlsRules().http3(),
                        config.clientTlsRules().grpc())
                .limits(limits(config.limits()))
                .http3(config.http3())
                .events(events)
                .executor(executor)
                .reflectionGuard(access)
                .reflectionGuard(policy)
                .sessionGuard(access)
                .services(services.stream()
                        // What the policy and then access let through is observed with its principal.
                        .map(service ->
                                ServerInterceptors.interceptForward(service, policy, access, observer, admission))
                        .toList());
        routes.forEach(route -> builder.route(policy.guarded(route)));
        return new ClientEndpoints(
                builder.start(), Duration.ofMillis(config.limits().shutdownTimeoutMs()));
    }

    static TlsFiles files(ServerConfig config) {
        return new TlsFiles(
                config.clientTls().certificate(),
                config.clientTls().key(),
                config.clientTls().ca(),
                config.clientTlsRules().named().stream()
                        .map(named -> new TlsFiles.Named(named.certificate(), named.key()))
                        .toList());
    }

    /** @throws IllegalArgumentException if the certificates do not hold; then nothing has changed */
    void use(ServerTls tls) {
        server.reload(tls);
    }

    private static TransportLimits limits(ServerConfig.Limits limits) {
        return TransportLimits.builder()
                .requestBodyBytesMax(limits.requestBytesMax() + ENVELOPE_BYTES)
                .requestTimeoutDefault(Duration.ofMillis(limits.requestTimeoutMs()))
                .requestTimeoutMax(Duration.ofMillis(limits.requestTimeoutMs()))
                .connectionsMax(limits.connectionsMax())
                .streamsPerConnectionMax(limits.streamsPerConnectionMax())
                .requestsInFlightMax(limits.requestsInFlightMax())
                .sessionCallsMax(limits.sessionCallsMax())
                .sessionFrameCallsMax(limits.sessionFrameCallsMax())
                .idleTimeout(Duration.ofMillis(limits.idleTimeoutMs()))
                .build();
    }

    @Override
    public void close() throws InterruptedException {
        if (!server.shutdown(closeWithin)) {
            LOG.warn("calls that did not end within {} were cut off", closeWithin);
        }
    }
}
