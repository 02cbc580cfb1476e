package io.meshkit.client;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.Failures.Failure;
import io.meshkit.client.TurnQueue.Waiter;
import io.meshkit.client.WatchStream.Arrival;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One watch: a thread that follows one connection after another and calls the listener.
 *
 * <p>A round tries each node once without a pause; between rounds it backs off. A stream that has lived for a while
 * ends the round. What a node refuses at its door (a credential, the request) ends the watch; what cuts a stream
 * that it had accepted only ends the connection: a credential may have been renewed since.
 */
final class WatchTask<Q extends Message> implements Watch, Runnable {
    private final CallContext context;
    private final MethodDescriptor<Q, WatchResponse> method;
    private final Q request;
    private final FieldDescriptor optionsField;
    private final WatchOptions options;
    private final WatchSettings settings;
    private final WatchListener listener;
    private final Consumer<WatchTask<?>> ended;
    private final WatchCourse course;
    private final Thread thread;
    private final CountDownLatch done = new CountDownLatch(1);
    private final Set<NodeChannel> tried = new HashSet<>();

    private int rounds;
    private int attempts;
    private volatile boolean closed;
    private volatile long revision;
    private volatile String token = "";
    private @Nullable WatchStream<Q> stream;
    private @Nullable Failure credentialMissing;
    private boolean everOpened;

    /** @param ended is told when the thread is about to end */
    WatchTask(
            CallContext context,
            MethodDescriptor<Q, WatchResponse> method,
            Q request,
            WatchSettings settings,
            WatchListener listener,
            Consumer<WatchTask<?>> ended) {
        this.context = context;
        this.method = method;
        this.request = request;
        this.settings = settings;
        this.listener = listener;
        this.ended = ended;
        this.optionsField = field(request, WatchOptions.getDescriptor());
        this.options = (WatchOptions) request.getField(optionsField);
        this.course = new WatchCourse(options, isLinearizable(request));
        this.thread = new Thread(this, "meshkit-watch-" + method.getBareMethodName());
        thread.setDaemon(true);
    }

    private static FieldDescriptor field(Message request, com.google.protobuf.Descriptors.Descriptor type) {
        for (FieldDescriptor field : request.getDescriptorForType().getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                    && field.getMessageType().equals(type)) {
                return field;
            }
        }
        throw new IllegalArgumentException(
                "not a request of a watch: " + request.getDescriptorForType().getFullName());
    }

    private static boolean isLinearizable(Message request) {
        ReadLevel level = ((ReadOptions) request.getField(field(request, ReadOptions.getDescriptor()))).getLevel();
        return level == ReadLevel.READ_LEVEL_UNSPECIFIED || level == ReadLevel.READ_LEVEL_LINEARIZABLE;
    }

    WatchTask<Q> start() {
        thread.start();
        return this;
    }

    @Override
    public void run() {
        RegistryException failure = null;
        try {
            failure = follow();
        } catch (InterruptedException e) {
            // Only close() interrupts.
            closed = true;
        } catch (RuntimeException e) {
            failure = closed
                    ? null
                    : RegistryException.of(
                            ErrorCode.INTERNAL,
                            "the watch's listener failed: " + e,
                            "Catch what a listener's work may throw.",
                            e);
        } catch (Error e) {
            failure = RegistryException.of(ErrorCode.INTERNAL, "the watch's thread failed: " + e, "", e);
            throw e;
        } finally {
            closed = true;
            cancelStream();
            ended.accept(this);
            try {
                listener.onClosed(failure);
            } finally {
                done.countDown();
            }
        }
    }

    /** One connection after another. @return why the watch cannot go on; null if it was closed or is complete */
    private @Nullable RegistryException follow() throws InterruptedException {
        while (!closed) {
            Turn turn = nextTurn();
            if (turn == null) {
                return RegistryException.of(
                        ErrorCode.INVALID_REQUEST,
                        "no endpoint is known for node " + settings.node(),
                        "Name one of the client's endpoints.");
            }
            attempts++;
            WatchStream<Q> connection = new WatchStream<>(turn);
            Failure met = connect(connection) ? deliver(connection) : credentialMissing;
            boolean over = closed || (met == null && options.getUntilSynced() && course.isSynced());
            Failure failure = met == null ? endedEarly(turn.node()) : met;
            if (!over && !failure.fromNode()) {
                connection.failed(failure);
            }
            connection.cancel();
            if (over) {
                return null;
            }
            RegistryException end = judge(connection, failure);
            if (end != null) {
                return end;
            }
        }
        return null;
    }

    /** False if there is no credential to connect with; {@link #credentialMissing} says why. */
    @SuppressWarnings("unchecked") // A builder of a message builds that message's type.
    private boolean connect(WatchStream<Q> connection) {
        Q resumed =
                (Q) request.toBuilder().setField(optionsField, course.begin()).build();
        Metadata headers;
        try {
            headers = context.headers();
        } catch (RuntimeException e) {
            credentialMissing = local(ErrorCode.UNAUTHENTICATED, "there is no credential: " + e, "Check the token.");
            return false;
        }
        synchronized (this) {
            stream = connection;
        }
        connection.start(method, resumed, headers);
        return true;
    }

    /** Delivers what comes until the connection ends. @return why; null if the node ended it without an error */
    private @Nullable Failure deliver(WatchStream<Q> connection) throws InterruptedException {
        long firstNanos = context.retryPolicy().attemptTimeout().toNanos();
        long silenceNanos = settings.silence().toNanos();
        long openedAtNanos = 0;
        while (!closed) {
            long allowedNanos = course.isOpened() ? silenceNanos : firstNanos;
            Arrival arrival = connection.take(allowedNanos);
            if (arrival == null) {
                return local(
                        ErrorCode.NO_QUORUM,
                        "node " + connection.node().endpoint() + " was silent for " + Duration.ofNanos(allowedNanos),
                        "");
            }
            WatchResponse message = arrival.message();
            if (message == null) {
                return arrival.failure();
            }
            boolean before = course.isOpened();
            WatchCourse.Verdict verdict = course.accept(message);
            if (!before && course.isOpened()) {
                openedAtNanos = System.nanoTime();
                opened(connection, message);
            }
            switch (verdict) {
                case BROKEN -> {
                    return local(
                            ErrorCode.INTERNAL,
                            "node " + connection.node().endpoint() + " sent what cannot be: " + course.fault(),
                            "Look at the node's log.");
                }
                case DELIVER -> {
                    if (closed) {
                        return null;
                    }
                    listener.onMessage(message);
                    revision = course.revision();
                    token = course.token();
                }
                case SKIP -> {}
            }
            if (openedAtNanos != 0
                    && System.nanoTime() - openedAtNanos
                            > context.retryPolicy().maxBackoff().toNanos()) {
                tried.clear();
                rounds = 0;
            }
            connection.next(course.isSynced());
        }
        return null;
    }

    private void opened(WatchStream<Q> connection, WatchResponse message) {
        connection.answered();
        context.ended(new CallReport(method.getBareMethodName(), connection.info(attempts), message.getOpened(), null));
        attempts = 0;
        everOpened = true;
        listener.onConnected(connection.node().node());
    }

    /** Decides what follows the end of a connection, and waits as long as it must. @return why the watch has ended */
    private @Nullable RegistryException judge(WatchStream<Q> connection, Failure failure) throws InterruptedException {
        ErrorDetail detail = failure.detail();
        context.ended(new CallReport(method.getBareMethodName(), connection.info(attempts), null, detail));
        RegistryException cause = new RegistryException(detail);
        ResyncReason reason = resync(failure);
        if (reason == null && isFinal(failure)) {
            return cause;
        }
        listener.onDisconnected(cause);
        if (reason != null) {
            course.restart(reason == ResyncReason.POSITION_UNKNOWN);
            revision = 0;
            token = "";
            listener.onResync(reason, detail.getMessage());
        }
        tried.add(connection.node());
        pause(failure);
        return null;
    }

    private @Nullable ResyncReason resync(Failure failure) {
        if (course.isStateCut()) {
            return ResyncReason.STATE_CUT;
        }
        if (!settings.resync() || !failure.fromNode()) {
            return null;
        }
        if (failure.code() == ErrorCode.COMPACTED && course.hasPosition()) {
            return ResyncReason.COMPACTED;
        }
        boolean ownToken = course.isResumed() && !course.isOpened();
        return ownToken
                        && failure.code() == ErrorCode.INVALID_REQUEST
                        && failure.detail().getField().contains("resumeToken")
                ? ResyncReason.POSITION_UNKNOWN
                : null;
    }

    private boolean isFinal(Failure failure) {
        if (failure == credentialMissing) {
            return !everOpened;
        }
        return switch (failure.code()) {
            case COMPACTED -> failure.fromNode() && !settings.resync();
            case INVALID_REQUEST, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, LIMIT_EXCEEDED -> !course.isOpened();
            default -> false;
        };
    }

    /**
     * None while the round has nodes left, unless the node asked for patience; and when all are away, because then
     * their own pauses count.
     */
    private void pause(Failure failure) throws InterruptedException {
        ErrorDetail detail = failure.detail();
        NodeRouter router = context.router();
        boolean roundOver = settings.node() != null || router.isRoundOver(tried);
        long nanos = 0;
        if (roundOver) {
            tried.clear();
            boolean away = !failure.connected()
                    && router.isClosed(settings.node() == null ? null : router.find(settings.node()));
            nanos = away ? 0 : context.retryPolicy().backoffNanos(rounds++);
        }
        if (detail.hasRetryDelay() && (roundOver || detail.getCode().equals(ErrorCode.OVERLOADED.name()))) {
            nanos = Math.max(
                    nanos,
                    TimeUnit.SECONDS.toNanos(detail.getRetryDelay().getSeconds())
                            + detail.getRetryDelay().getNanos());
        }
        if (nanos > 0 && !closed) {
            TimeUnit.NANOSECONDS.sleep(nanos);
        }
    }

    /** Waits for the permission for the next attempt; null if no such node is known. */
    private @Nullable Turn nextTurn() throws InterruptedException {
        NodeRouter router = context.router();
        NodeChannel only = null;
        if (settings.node() != null) {
            only = router.find(settings.node());
            if (only == null) {
                return null;
            }
        }
        while (true) {
            Turn turn = only == null ? pick(router) : only.enter();
            if (turn != null) {
                return turn;
            }
            await(router, only);
        }
    }

    private @Nullable Turn pick(NodeRouter router) {
        Turn turn = router.pick(false, tried);
        if (turn == null) {
            tried.clear();
            turn = router.pick(false, tried);
        }
        return turn;
    }

    private void await(NodeRouter router, @Nullable NodeChannel only) throws InterruptedException {
        CountDownLatch woken = new CountDownLatch(1);
        TurnQueue turns = context.turns();
        Waiter waiter = turns.await(only, woken::countDown, () -> !router.isClosed(only));
        if (waiter == null) {
            return;
        }
        try {
            woken.await();
        } finally {
            turns.remove(waiter);
        }
    }

    private static Failure endedEarly(NodeChannel node) {
        return local(ErrorCode.NO_QUORUM, "node " + node.endpoint() + " ended the stream: it may be shutting down", "");
    }

    private static Failure local(ErrorCode code, String message, String hint) {
        return new Failure(RegistryException.detail(code, message, hint).build(), true, false);
    }

    private synchronized void cancelStream() {
        if (stream != null) {
            stream.cancel();
            stream = null;
        }
    }

    @Override
    public String resumeToken() {
        return token;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public boolean awaitClosed(Duration timeout) throws InterruptedException {
        return done.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        closed = true;
        cancelStream();
        if (Thread.currentThread() != thread) {
            thread.interrupt();
        }
    }
}
