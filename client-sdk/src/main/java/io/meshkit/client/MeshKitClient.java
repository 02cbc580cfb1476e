package io.meshkit.client;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.GetQuorumStatusRequest;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.meshkit.v1.KeepAliveRequest;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.ReadInfo;
import io.omnirelay.transport.client.SharedTls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of one quorum. Thread-safe; make one and share it.
 *
 * <p>{@link #call} reaches any verb of the contract, also one that this version has no façade for. It retries within
 * the deadline what may be repeated, with the same request id, on whichever node
 * answers. Failures are {@link RegistryException}s whose detail says whether the mutation was applied.
 */
public final class MeshKitClient implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final long RELEARN_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LEARN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long KEEPER_MS = 50;
    private static final CallSettings LEARNING =
            CallSettings.DEFAULT.withDeadline(Duration.ofSeconds(2)).withRetries(false);

    private final List<Endpoint> endpoints;
    private final CallSettings settings;
    private final @Nullable Supplier<String> token;
    private final TransportMode transport;
    private final DowngradeLog downgrades;
    private final List<Consumer<CallReport>> callListeners;
    private final NodeRouter router;
    private final Shared shared;
    private final LeaseKeeper keeper;
    private final AtomicBoolean keeping = new AtomicBoolean();
    private final Watches watches = new Watches();
    private final ConcurrentMap<MethodDescriptor<?, ?>, MethodTraits> traits = new ConcurrentHashMap<>();
    private final AtomicLong learnedAtNanos;
    private volatile boolean used;
    private volatile boolean closed;

    MeshKitClient(
            List<Endpoint> endpoints,
            Security security,
            CallSettings settings,
            RetryPolicy retryPolicy,
            TransportMode transport,
            boolean sessions,
            DowngradeLog downgrades,
            List<Consumer<CallReport>> callListeners) {
        this.endpoints = endpoints;
        this.settings = settings;
        this.token = security.token();
        this.transport = transport;
        this.downgrades = downgrades;
        this.callListeners = callListeners;
        this.shared = new Shared(retryPolicy);
        List<NodeChannel> nodes = new ArrayList<>();
        SharedTls tls = new SharedTls(NodeChannel.tls(security));
        boolean opened = false;
        try {
            for (Endpoint endpoint : endpoints) {
                nodes.add(NodeChannel.open(endpoint, tls, transport, sessions, downgrades, shared));
            }
            opened = true;
        } catch (IllegalArgumentException e) {
            throw NodeChannel.unusable(e);
        } catch (UnsupportedOperationException e) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    String.valueOf(e.getMessage()),
                    "Use another transport: auto, http2 or grpc.",
                    e);
        } finally {
            if (!opened) {
                shared.scheduler.shutdownNow();
                nodes.forEach(NodeChannel::close);
            }
        }
        this.router = new NodeRouter(nodes);
        this.keeper = new LeaseKeeper(
                (ids, deadline) -> callAsync(
                        LeaseServiceGrpc.getKeepAliveMethod(),
                        KeepAliveRequest.newBuilder().addAllIds(ids).build(),
                        settings.withDeadline(deadline)),
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
        this.learnedAtNanos = new AtomicLong(System.nanoTime() - RELEARN_NANOS);
    }

    public static MeshKitClientBuilder builder() {
        return new MeshKitClientBuilder();
    }

    /** A client as the file says, with default settings. */
    public static MeshKitClient open(ClientContext context) {
        return context.toBuilder().build();
    }

    /**
     * Calls any unary verb with the client's settings and waits for its answer.
     *
     * @throws RegistryException on any failure
     */
    public <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request) {
        return call(method, request, settings);
    }

    /** As {@link #call(MethodDescriptor, Message)}, with settings of its own. */
    public <Q extends Message, R extends Message> R call(
            MethodDescriptor<Q, R> method, Q request, CallSettings settings) {
        return exchange(method, request, settings).response();
    }

    /** As {@link #call(MethodDescriptor, Message, CallSettings)}, and says how the answer came. */
    public <Q extends Message, R extends Message> Reply<R> exchange(
            MethodDescriptor<Q, R> method, Q request, CallSettings settings) {
        CompletableFuture<Reply<R>> future = exchangeAsync(method, request, settings);
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RegistryException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw RegistryException.of(ErrorCode.DEADLINE_EXCEEDED, "interrupted while waiting for an answer", "", e);
        }
    }

    /** Calls any unary verb; the future fails with a {@link RegistryException}. Its callbacks must not block. */
    public <Q extends Message, R extends Message> CompletableFuture<R> callAsync(
            MethodDescriptor<Q, R> method, Q request) {
        return callAsync(method, request, settings);
    }

    public <Q extends Message, R extends Message> CompletableFuture<R> callAsync(
            MethodDescriptor<Q, R> method, Q request, CallSettings settings) {
        return exchangeAsync(method, request, settings).thenApply(Reply::response);
    }

    /** As {@link #callAsync}, and says how the answer came. */
    public <Q extends Message, R extends Message> CompletableFuture<Reply<R>> exchangeAsync(
            MethodDescriptor<Q, R> method, Q request, CallSettings settings) {
        if (closed) {
            return CompletableFuture.failedFuture(new IllegalStateException("the client is closed"));
        }
        MethodTraits known = traits.computeIfAbsent(method, MethodTraits::of);
        learnLeader(known.prefersLeader(request));
        return new CallTask<>(shared, method, known, request, settings).start();
    }

    /**
     * All pages of a list verb, fetched as they are asked for.
     *
     * @param request its page size is kept, its cursor is where the iteration starts
     */
    public <Q extends Message, R extends Message> Pages<Q, R> pages(MethodDescriptor<Q, R> method, Q request) {
        return pages(method, request, settings);
    }

    /** As {@link #pages(MethodDescriptor, Message)}; the deadline is per page. */
    public <Q extends Message, R extends Message> Pages<Q, R> pages(
            MethodDescriptor<Q, R> method, Q request, CallSettings settings) {
        return new Pages<>(this, method, request, settings);
    }

    /**
     * Follows what the request asks for until it is closed: reconnects for ever, to any node, and goes on where it
     * was. Refused requests and credentials end it with the {@link RegistryException}.
     *
     * @param request of a verb of WatchService, for example a WatchPeersRequest
     * @throws IllegalArgumentException if no verb watches with such a request
     */
    public Watch watch(Message request, WatchListener listener) {
        return watch(request, WatchSettings.DEFAULT.withNode(settings.node()), listener);
    }

    /** As {@link #watch(Message, WatchListener)}, with settings of its own. */
    public Watch watch(Message request, WatchSettings settings, WatchListener listener) {
        return watches.start(shared, request, settings, listener);
    }

    /** As {@link #watch(Message, WatchListener)}, for a caller that fetches what comes. */
    public BlockingWatch blockingWatch(Message request, WatchSettings settings) {
        return new BlockingWatch(listener -> watch(request, settings, listener));
    }

    /** The settings of calls without their own. */
    public CallSettings settings() {
        return settings;
    }

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** The node that is believed to lead; belief may lag. */
    public Optional<String> leader() {
        return Optional.ofNullable(router.leader()).map(NodeChannel::node);
    }

    /** How the calls so far have travelled. */
    public TransportStats transportStats() {
        return new TransportStats(
                transport, router.nodes().stream().map(NodeChannel::stats).toList(), downgrades.recent());
    }

    public PeersApi peers() {
        return new PeersApi(this);
    }

    public ClustersApi clusters() {
        return new ClustersApi(this);
    }

    public ShardsApi shards() {
        return new ShardsApi(this);
    }

    public ConfigApi config() {
        return new ConfigApi(this);
    }

    public VersionsApi versions() {
        return new VersionsApi(this);
    }

    public AuditApi audit() {
        return new AuditApi(this);
    }

    public AccessApi access() {
        return new AccessApi(this);
    }

    /** What is asked of mutations beyond rights, and the approvals for them. */
    public PoliciesApi policies() {
        return new PoliciesApi(this);
    }

    /** How many shards namespaces may have. */
    public QuotasApi quotas() {
        return new QuotasApi(this);
    }

    /** Join tokens, and the certificates that workloads get for them. */
    public BootstrapApi bootstrap() {
        return new BootstrapApi(this);
    }

    public LeasesApi leases() {
        return new LeasesApi(this, keeper());
    }

    public LeadershipApi leadership(String scope) {
        return new LeadershipApi(this, keeper(), scope);
    }

    /** Its ticks begin with its first use: most clients hold no lease. */
    private LeaseKeeper keeper() {
        if (keeping.compareAndSet(false, true)) {
            var unused =
                    shared.scheduler.scheduleWithFixedDelay(keeper::tick, KEEPER_MS, KEEPER_MS, TimeUnit.MILLISECONDS);
        }
        return keeper;
    }

    public QuorumApi quorum() {
        return new QuorumApi(this);
    }

    /**
     * Has calls from now on use new connections, which show the TLS files as they are then: after a certificate was
     * renewed, before the old one expires. Calls and watches that are under way stay where they are; a watch goes on by
     * a new connection when its old one ends.
     */
    public void reconnect() {
        router.nodes().forEach(NodeChannel::reconnect);
    }

    /** Ends the calls under way: their futures fail. Watches are closed. */
    @Override
    public void close() {
        closed = true;
        watches.close();
        shared.scheduler.shutdownNow();
        router.nodes().forEach(NodeChannel::close);
        shared.turns.drain();
    }

    /**
     * Asks who leads, beside the call and not before it: the first call of a client never waits for it, and a client
     * of one call never asks.
     */
    private void learnLeader(boolean wanted) {
        boolean first = !used;
        used = true;
        if (!wanted || first || endpoints.size() < 2) {
            return;
        }
        long now = System.nanoTime();
        long last = learnedAtNanos.get();
        long age = now - last;
        if (age < (router.leader() == null ? LEARN_NANOS : RELEARN_NANOS) || !learnedAtNanos.compareAndSet(last, now)) {
            return;
        }
        MethodDescriptor<GetQuorumStatusRequest, GetQuorumStatusResponse> status =
                QuorumServiceGrpc.getGetQuorumStatusMethod();
        var unused = new CallTask<>(
                        shared,
                        status,
                        traits.computeIfAbsent(status, MethodTraits::of),
                        GetQuorumStatusRequest.getDefaultInstance(),
                        LEARNING)
                .start();
    }

    private final class Shared implements CallContext {
        private final RetryPolicy retryPolicy;
        private final TurnQueue turns = new TurnQueue();
        private final ScheduledThreadPoolExecutor scheduler;

        Shared(RetryPolicy retryPolicy) {
            this.retryPolicy = retryPolicy;
            this.scheduler = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "meshkit-client-retry");
                thread.setDaemon(true);
                return thread;
            });
        }

        @Override
        public NodeRouter router() {
            return router;
        }

        @Override
        public TurnQueue turns() {
            return turns;
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public RetryPolicy retryPolicy() {
            return retryPolicy;
        }

        @Override
        public Metadata headers() {
            Metadata headers = new Metadata();
            if (token != null) {
                headers.put(AUTHORIZATION, "Bearer " + token.get());
            }
            return headers;
        }

        @Override
        public boolean later(Runnable task, long delayNanos) {
            try {
                scheduler.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
                return true;
            } catch (RejectedExecutionException e) {
                return false;
            }
        }

        @Override
        public void ended(CallReport report) {
            callListeners.forEach(listener -> listener.accept(report));
        }

        @Override
        public void observe(NodeChannel node, MethodTraits traits, Message response) {
            if (response instanceof GetQuorumStatusResponse status) {
                router.learnLeader(status.getLeader());
            } else if (traits.info() != null && response.hasField(traits.info())) {
                String role = ((ReadInfo) response.getField(traits.info())).getRole();
                if (role.equals("leader")) {
                    router.learnLeader(node.node());
                } else {
                    router.notLeader(node);
                }
            }
        }
    }
}
