package io.omnirelay.transport.client.http3;

import io.grpc.ConnectivityState;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.omnirelay.transport.client.http3.Http3ConnectException.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one channel, and the calls that wait for one.
 *
 * <p>At most one connection takes new calls; drained ones finish what they have. While connecting fails, calls
 * fail with its reason, or wait if they are {@code waitForReady}; attempts pause from 50 ms to 2 s.
 *
 * <p>Thread: event loop, unless said otherwise.
 */
final class Transport {
    private static final long BACKOFF_MIN_MS = 50;
    private static final long BACKOFF_MAX_MS = 2_000;

    private final ChannelSettings settings;
    private final EventLoop loop;
    private final CountDownLatch terminated = new CountDownLatch(1);
    private final Set<Http3ClientCall<?, ?>> active = new HashSet<>();
    private final Set<Http3ClientCall<?, ?>> waiting = new LinkedHashSet<>();
    private final Set<Connection> connections = new HashSet<>();
    private volatile boolean shutdown;
    private volatile ConnectivityState state = ConnectivityState.IDLE;
    private @Nullable Connection current;
    private final List<CompletableFuture<Void>> wanted = new ArrayList<>();
    private volatile @Nullable Connector connecting;
    private long backoffMs = BACKOFF_MIN_MS;
    private @Nullable Status lastFailure;

    Transport(ChannelSettings settings, EventLoop loop) {
        this.settings = settings;
        this.loop = loop;
    }

    /** Thread: any. */
    EventLoop loop() {
        return loop;
    }

    /** Thread: any. */
    ConnectivityState state() {
        return state;
    }

    /** Thread: any. */
    boolean isShutdown() {
        return shutdown;
    }

    /** Thread: any. */
    CountDownLatch terminated() {
        return terminated;
    }

    /** Thread: any. */
    void connectNow() {
        loop.execute(() -> {
            if (current == null && !shutdown && lastFailure == null) {
                connect();
            }
        });
    }

    /** Completes on the event loop with a connection, or fails with {@link Http3ConnectException}. Thread: any. */
    CompletableFuture<Void> connection() {
        CompletableFuture<Void> connection = new CompletableFuture<>();
        loop.execute(() -> {
            if (shutdown) {
                connection.completeExceptionally(
                        new Http3ConnectException(Kind.OTHER, "the channel was shut down", null));
            } else if (current != null) {
                connection.complete(null);
            } else {
                wanted.add(connection);
                lastFailure = null;
                connect();
            }
        });
        return connection;
    }

    /** Thread: any. */
    boolean isAnswered() {
        Connector connector = connecting;
        return connector != null && connector.isAnswered();
    }

    /** Thread: any. */
    long waitedNanos() {
        Connector connector = connecting;
        return connector == null ? 0 : connector.waitedNanos();
    }

    /** Thread: any. */
    void resetBackoff() {
        loop.execute(() -> {
            if (lastFailure != null) {
                backoffMs = BACKOFF_MIN_MS;
                backoffOver();
            }
        });
    }

    /** A new call: gets a stream now or later, or fails. */
    void submit(Http3ClientCall<?, ?> call) {
        if (shutdown) {
            call.fail(Status.UNAVAILABLE.withDescription("Channel shutdown invoked"));
            return;
        }
        active.add(call);
        resubmit(call);
    }

    /** A call whose request was refused unseen, once more. */
    void resubmit(Http3ClientCall<?, ?> call) {
        Status failure = lastFailure;
        if (failure != null && !call.waitsForReady()) {
            call.fail(failure);
        } else if (waiting.size() >= settings.callsWaitingMax()) {
            call.fail(Status.RESOURCE_EXHAUSTED.withDescription(
                    "More than " + settings.callsWaitingMax() + " calls wait for a stream (callsWaitingMax)"));
        } else {
            waiting.add(call);
            serve();
        }
    }

    /** The call is over. */
    void forget(Http3ClientCall<?, ?> call) {
        waiting.remove(call);
        active.remove(call);
        closeIfShutDown();
    }

    /** Gives streams to those who wait, first come, first served. */
    void serve() {
        while (!waiting.isEmpty()) {
            Connection connection = current;
            if (connection == null) {
                connect();
                return;
            }
            if (!connection.hasCredit()) {
                return;
            }
            Http3ClientCall<?, ?> next = waiting.iterator().next();
            waiting.remove(next);
            connection.open(next);
        }
    }

    private void connect() {
        if (connecting != null || lastFailure != null) {
            return;
        }
        state = ConnectivityState.CONNECTING;
        connecting = Connector.connect(settings, loop, this::connected, this::connectFailed);
    }

    private Connection connected() {
        connecting = null;
        backoffMs = BACKOFF_MIN_MS;
        Connection connection = new Connection(this, settings.silenceTimeout());
        connections.add(connection);
        current = connection;
        state = ConnectivityState.READY;
        // The connection is put to work when its channel has been set up around it.
        loop.execute(() -> {
            tell(connectionWanted -> connectionWanted.complete(null));
            serve();
            closeIfShutDown();
        });
        return connection;
    }

    private void tell(Consumer<CompletableFuture<Void>> outcome) {
        List<CompletableFuture<Void>> told = List.copyOf(wanted);
        wanted.clear();
        told.forEach(outcome);
    }

    private void connectFailed(Http3ConnectException cause) {
        connecting = null;
        Status failure = Status.UNAVAILABLE
                .withDescription("No HTTP/3 connection to " + settings.host() + ":" + settings.port() + ": "
                        + cause.getMessage())
                .withCause(cause);
        lastFailure = failure;
        state = shutdown ? ConnectivityState.SHUTDOWN : ConnectivityState.TRANSIENT_FAILURE;
        for (Http3ClientCall<?, ?> call : Set.copyOf(waiting)) {
            if (!call.waitsForReady()) {
                call.fail(failure);
            }
        }
        tell(connectionWanted -> connectionWanted.completeExceptionally(cause));
        loop.schedule(this::backoffOver, backoffMs, TimeUnit.MILLISECONDS);
        backoffMs = Math.min(BACKOFF_MAX_MS, backoffMs * 2);
        closeIfShutDown();
    }

    private void backoffOver() {
        lastFailure = null;
        if (!shutdown) {
            state = ConnectivityState.IDLE;
        }
        serve();
    }

    /** New calls get a new connection; those under way end on the one that they have. Thread: any. */
    void reconnect() {
        loop.execute(() -> {
            Connection connection = current;
            if (connection != null) {
                connection.drain();
            }
        });
    }

    /** A connection takes no new calls. */
    void drained(Connection connection) {
        if (current == connection) {
            current = null;
            if (!shutdown) {
                state = ConnectivityState.IDLE;
            }
            serve();
        }
    }

    /** A connection is gone. */
    void closed(Connection connection) {
        connections.remove(connection);
        drained(connection);
        closeIfShutDown();
    }

    /** Thread: any. */
    void shutdown(boolean now) {
        shutdown = true;
        loop.execute(() -> {
            state = ConnectivityState.SHUTDOWN;
            if (now) {
                for (Http3ClientCall<?, ?> call : Set.copyOf(active)) {
                    call.fail(Status.UNAVAILABLE.withDescription("Channel shutdownNow invoked"));
                }
            }
            closeIfShutDown();
        });
    }

    private void closeIfShutDown() {
        if (!shutdown || !active.isEmpty()) {
            return;
        }
        if (connections.isEmpty() && connecting == null) {
            terminated.countDown();
            return;
        }
        Connector connector = connecting;
        if (connector != null) {
            connector.abort();
        }
        Set.copyOf(connections).forEach(Connection::close);
    }
}
