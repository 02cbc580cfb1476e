package io.omnirelay.transport.client.session;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A channel whose unary calls travel together in a session on another channel. To the caller they are as any others.
 *
 * <p>The first call goes by itself, and so do others until a session has been opened, which the second call begins: who
 * calls once pays for one call. Where no session is to be had, because the server does not know them or refuses this
 * caller, all calls go by themselves, and it is tried again after pauses from one second to a minute. Streams, large
 * messages, and calls with credentials or compression always go by themselves.
 *
 * <p>A session's callbacks run one after another: they must not block. Thread: any. Ends with the channel below.
 */
public final class SessionChannel extends Channel {
    private static final long PAUSE_MIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Of deadlines, of all sessions of the process; a daemon thread. */
    static final ScheduledExecutorService TIMER = timer();

    private final Channel channel;
    private final SessionOptions options;
    private final Supplier<Metadata> headers;
    private final AtomicBoolean called = new AtomicBoolean();
    private volatile @Nullable ClientSession session;
    private long pauseNanos = PAUSE_MIN_NANOS;
    private boolean failed;
    private long retryAtNanos;

    private static ScheduledExecutorService timer() {
        return new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "omnirelay-session");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * @param channel not closed by this
     * @param headers of the session's own stream, where the server asks who opens it; called for each
     */
    public SessionChannel(Channel channel, SessionOptions options, Supplier<Metadata> headers) {
        this.channel = channel;
        this.options = options;
        this.headers = headers;
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions callOptions) {
        if (method.getType() != MethodType.UNARY
                || callOptions.getCredentials() != null
                || callOptions.getCompressor() != null) {
            return channel.newCall(method, callOptions);
        }
        return new MultiplexedCall<>(this, method, callOptions);
    }

    @Override
    public String authority() {
        return channel.authority();
    }

    /** Whether calls travel in a session at this moment. */
    public boolean isOpen() {
        ClientSession current = session;
        return current != null && current.isOpen();
    }

    /** The next session is another; calls of the one that is open end in it. */
    public void reopen() {
        ClientSession current = session;
        if (current != null) {
            current.retire();
        }
    }

    Channel plain() {
        return channel;
    }

    SessionOptions options() {
        return options;
    }

    /** The session that the call is to join; null: it goes by itself. */
    @Nullable
    ClientSession sessionFor(int messageBytes) {
        if (messageBytes > options.callBytesMax()) {
            return null;
        }
        ClientSession current = session;
        if (current == null) {
            if (!options.eager() && called.compareAndSet(false, true)) {
                return null;
            }
            current = open();
        }
        return current != null && (options.eager() || current.isOpen()) ? current : null;
    }

    private @Nullable ClientSession open() {
        ClientSession opened;
        synchronized (this) {
            if (session != null || (failed && retryAtNanos - System.nanoTime() > 0)) {
                return session;
            }
            opened = new ClientSession(this);
            session = opened;
        }
        Metadata own;
        try {
            own = headers.get();
        } catch (RuntimeException e) {
            // The call itself will say so.
            failed(opened, Status.UNAUTHENTICATED.withCause(e));
            return null;
        }
        opened.start(own);
        return opened;
    }

    /** It works. */
    synchronized void opened() {
        failed = false;
        pauseNanos = PAUSE_MIN_NANOS;
    }

    /** No session is to be had for now. */
    synchronized void failed(ClientSession which, Status status) {
        retired(which);
        if (status.getCode() == Status.Code.UNIMPLEMENTED) {
            pauseNanos = PAUSE_MAX_NANOS;
        }
        failed = true;
        retryAtNanos = System.nanoTime() + pauseNanos;
        pauseNanos = Math.min(PAUSE_MAX_NANOS, 2 * pauseNanos);
    }

    /** The session takes no more calls; the next one is opened as the first was. */
    synchronized void retired(ClientSession which) {
        if (session == which) {
            session = null;
            called.set(false);
        }
    }

    static void later(Runnable task, Duration after) {
        var unused = TIMER.schedule(task, after.toNanos(), TimeUnit.NANOSECONDS);
    }
}
