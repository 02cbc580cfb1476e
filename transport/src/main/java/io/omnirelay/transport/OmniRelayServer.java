package io.omnirelay.transport;

import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.HealthStatusManager;
import io.omnirelay.transport.grpc.GrpcListener;
import io.omnirelay.transport.grpc.bridge.GrpcBridge;
import io.omnirelay.transport.http.AltSvc;
import io.omnirelay.transport.http.BodyBudget;
import io.omnirelay.transport.http.EventLoops;
import io.omnirelay.transport.http.HttpsListener;
import io.omnirelay.transport.http.InFlight;
import io.omnirelay.transport.http.RequestStreams;
import io.omnirelay.transport.http3.Http3Listener;
import io.omnirelay.transport.http3.Http3Options;
import io.omnirelay.transport.rest.RestDispatcher;
import io.omnirelay.transport.session.SessionService;
import io.omnirelay.transport.tls.ListenerTls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One set of services on every transport: REST over HTTP/3, HTTP/2 and HTTP/1.1 and gRPC over HTTP/3 and HTTP/2 on
 * the HTTPS port, gRPC by grpc-java's own server on the gRPC port; all with TLS 1.3, and client certificates as each
 * endpoint asks for them.
 *
 * <p>The services come intercepted already (authentication, admission): the same definitions, and so the same
 * interceptors, serve every transport. What a call came by is its attribute {@link NegotiatedTransport#KEY};
 * its TLS session is {@code Grpc.TRANSPORT_ATTR_SSL_SESSION}.
 *
 * <p>Invariant: after {@link Builder#start()} has thrown, nothing is left listening or running.
 *
 * <p>Thread: any.
 */
public final class OmniRelayServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OmniRelayServer.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final EventLoops loops;
    private final HttpsListener https;
    private final @Nullable Http3Listener http3;
    private final GrpcListener grpc;
    private final HealthStatusManager health;
    private final ListenerTls tls;
    private final @Nullable SessionService sessions;
    private final AtomicBoolean closed = new AtomicBoolean();

    private OmniRelayServer(
            EventLoops loops,
            HttpsListener https,
            @Nullable Http3Listener http3,
            GrpcListener grpc,
            HealthStatusManager health,
            ListenerTls tls,
            @Nullable SessionService sessions) {
        this.loops = loops;
        this.https = https;
        this.http3 = http3;
        this.grpc = grpc;
        this.health = health;
        this.tls = tls;
        this.sessions = sessions;
    }

    /** A builder; host, TLS material and executor are required. */
    public static Builder builder() {
        return new Builder();
    }

    /** The port that HTTPS is really served on. */
    public int httpsPort() {
        return https.port();
    }

    /** True if HTTP/3 is served too, on the UDP port of the same number as {@link #httpsPort()}. */
    public boolean servesHttp3() {
        return http3 != null;
    }

    /** The port that gRPC is really served on. */
    public int grpcPort() {
        return grpc.port();
    }

    /** The state that {@code grpc.health.v1} tells; SERVING for the empty service name from the start. */
    public HealthStatusManager health() {
        return health;
    }

    /**
     * Shows these certificates, and trusts this CA, on connections from now on; those that exist go on as they are.
     *
     * @throws IllegalArgumentException if they do not hold; then nothing has changed
     */
    public void reload(ServerTls certificates) {
        tls.replace(certificates);
    }

    /**
     * Stops: no new connections; callers are told (GOAWAY, {@code Connection: close}, NOT_SERVING); calls under
     * way may finish; what is left at the deadline is cut. Idempotent.
     *
     * @return true if nothing had to be cut
     */
    public boolean shutdown(Duration within) throws InterruptedException {
        if (!closed.compareAndSet(false, true)) {
            return true;
        }
        long deadline = System.nanoTime() + within.toNanos();
        try {
            health.enterTerminalState();
            if (sessions != null) {
                sessions.drain();
            }
            https.drain();
            if (http3 != null) {
                http3.drain();
            }
            grpc.drain();
            boolean clean = https.close(left(deadline));
            if (http3 != null) {
                clean &= http3.close(left(deadline));
            }
            clean &= grpc.close(left(deadline));
            return clean;
        } finally {
            loops.close();
        }
    }

    private static Duration left(long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    /** As {@link #shutdown} within 10 s. */
    @Override
    public void close() {
        try {
            shutdown(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a server is made of. */
    public static final class Builder {
        private String host = "127.0.0.1";
        private int httpsPort;
        private int grpcPort;
        private @Nullable ServerTls tls;
        private ListenerTls.Modes modes = new ListenerTls.Modes(
                ClientCertificates.OPTIONAL, ClientCertificates.OPTIONAL, ClientCertificates.OPTIONAL);
        private @Nullable Executor executor;
        private final List<ServerServiceDefinition> services = new ArrayList<>();
        private final List<Route> routes = new ArrayList<>();
        private TransportLimits limits = TransportLimits.defaults();
        private TransportEvents events = TransportEvents.NONE;
        private final List<ServerInterceptor> reflectionGuard = new ArrayList<>();
        private Http3Options http3 = Http3Options.defaults();
        private boolean sessions = true;
        private final List<ServerInterceptor> sessionGuard = new ArrayList<>();

        private Builder() {}

        /** Address or name to listen on. Default 127.0.0.1. */
        public Builder host(String value) {
            this.host = value;
            return this;
        }

        /** 0, the default, takes a free one: see {@link OmniRelayServer#httpsPort()}. */
        public Builder httpsPort(int value) {
            this.httpsPort = value;
            return this;
        }

        /** 0, the default, takes a free one: see {@link OmniRelayServer#grpcPort()}. */
        public Builder grpcPort(int value) {
            this.grpcPort = value;
            return this;
        }

        /** Required: our certificate and key, and the CA of client certificates if any are to be accepted. */
        public Builder tls(TlsMaterial value) {
            return tls(ServerTls.of(value));
        }

        /** As {@link #tls(TlsMaterial)}, with further certificates for other names. */
        public Builder tls(ServerTls value) {
            this.tls = value;
            return this;
        }

        /**
         * What HTTPS on TCP, HTTP/3 and the gRPC port ask of their callers. Default: OPTIONAL on all, where a CA is
         * trusted.
         */
        public Builder clientCertificates(ClientCertificates https, ClientCertificates http3, ClientCertificates grpc) {
            this.modes = new ListenerTls.Modes(https, http3, grpc);
            return this;
        }

        /** Required: runs services and routes, which may block. Not closed by the server. */
        public Builder executor(Executor value) {
            this.executor = value;
            return this;
        }

        /** Adds services, with their interceptors on. */
        public Builder services(Collection<ServerServiceDefinition> value) {
            this.services.addAll(value);
            return this;
        }

        /** Adds a plain resource to HTTPS. */
        public Builder route(Route value) {
            this.routes.add(value);
            return this;
        }

        /** Default: {@link TransportLimits#defaults()}. */
        public Builder limits(TransportLimits value) {
            this.limits = value;
            return this;
        }

        /** Default: nobody is told. */
        public Builder events(TransportEvents value) {
            this.events = value;
            return this;
        }

        /** Stands before gRPC reflection. Default: nothing does, whoever connects may list the services. */
        public Builder reflectionGuard(ServerInterceptor value) {
            this.reflectionGuard.add(value);
            return this;
        }

        /** Whether calls may come in sessions, too. Default true; who is refused one makes plain calls. */
        public Builder sessions(boolean value) {
            this.sessions = value;
            return this;
        }

        /**
         * Stands before the opening of a session; each call on it meets its own interceptors besides. Default: nothing
         * does.
         */
        public Builder sessionGuard(ServerInterceptor value) {
            this.sessionGuard.add(value);
            return this;
        }

        /** Default: {@link Http3Options#defaults()}, with HTTP/3 wherever it can be had. */
        public Builder http3(Http3Options value) {
            this.http3 = value;
            return this;
        }

        /**
         * Listens on both ports, and for HTTP/3 on the UDP port of HTTPS; goes on without HTTP/3, and says so in
         * the log, where that cannot be had.
         *
         * @throws BindFailedException      if a port cannot be had
         * @throws IllegalArgumentException if TLS material or an HTTP rule does not hold
         * @throws IllegalStateException    if something required is missing
         */
        public OmniRelayServer start() throws BindFailedException {
            ServerTls material = required(tls, "tls");
            Executor runner = required(executor, "executor");
            ListenerTls contexts =
                    new ListenerTls(material, modes, http3.enabled() && Http3Listener.unavailability() == null);
            HealthStatusManager health = new HealthStatusManager();
            SessionService sessionService = sessions ? new SessionService(services, limits, events, runner) : null;
            List<ServerServiceDefinition> grpcServices = new ArrayList<>(services);
            if (sessionService != null) {
                grpcServices.add(ServerInterceptors.intercept(sessionService.bind(), sessionGuard));
            }
            List<ServerServiceDefinition> bridged = new ArrayList<>(grpcServices);
            bridged.add(health.getHealthService().bindService());
            InFlight inFlight = new InFlight(limits.requestsInFlightMax());
            BodyBudget budget = new BodyBudget(limits.requestBodyBytesInFlightMax());
            RequestStreams streams = new RequestStreams(
                    limits,
                    budget,
                    new RestDispatcher(services, routes, limits, inFlight, events, runner),
                    new GrpcBridge(bridged, limits, inFlight, budget, events, runner));
            AltSvc altSvc = new AltSvc();
            EventLoops loops = new EventLoops();
            HttpsListener https = null;
            Http3Listener quic = null;
            boolean started = false;
            try {
                https = HttpsListener.start(loops, host, httpsPort, contexts.https(), limits, events, streams, altSvc);
                quic = startHttp3(loops, https.port(), contexts, streams);
                if (quic != null) {
                    altSvc.advertise(https.port());
                }
                GrpcListener grpc = GrpcListener.start(
                        loops,
                        host,
                        grpcPort,
                        contexts.grpc(),
                        limits,
                        events,
                        grpcServices,
                        health,
                        reflectionGuard,
                        runner);
                started = true;
                return new OmniRelayServer(loops, https, quic, grpc, health, contexts, sessionService);
            } finally {
                if (!started) {
                    if (https != null) {
                        https.drain();
                    }
                    if (quic != null) {
                        quic.drain();
                    }
                    loops.close();
                }
            }
        }

        /** HTTP/3, or null and a line in the log that says why not. */
        private @Nullable Http3Listener startHttp3(
                EventLoops loops, int port, ListenerTls contexts, RequestStreams streams) {
            if (!http3.enabled()) {
                LOG.info("HTTP/3 is switched off; HTTP/2 and HTTP/1.1 are served on {}:{}", host, port);
                return null;
            }
            String reason = Http3Listener.unavailability();
            if (reason == null) {
                try {
                    return Http3Listener.start(loops, host, port, contexts::quic, limits, http3, events, streams);
                } catch (BindFailedException e) {
                    reason = e.getMessage();
                }
            }
            LOG.warn("HTTP/3 is not served, only HTTP/2 and HTTP/1.1: {}", reason);
            return null;
        }

        private static <T> T required(@Nullable T value, String name) {
            if (value == null) {
                throw new IllegalStateException("OmniRelayServer needs " + name);
            }
            return value;
        }
    }
}
