package io.omnirelay.transport.session;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.omnirelay.session.v1.SessionFrame;
import io.omnirelay.session.v1.SessionServiceGrpc;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportLimits;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The sessions of one server, and what they share. Thread: any. */
public final class SessionService {
    /** Of all servers of the process; one daemon thread. */
    private static final ScheduledExecutorService DEADLINES = timer();

    private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();
    private final TransportLimits limits;
    private final TransportEvents events;
    private final Executor executor;
    private final Set<ServerSession> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger callsInFlight = new AtomicInteger();
    private volatile boolean draining;

    private static ScheduledExecutorService timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "omnirelay-session-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /**
     * @param services what calls on sessions may call, with their interceptors on
     * @param executor runs calls, which may block: a thread for each
     */
    public SessionService(
            Collection<ServerServiceDefinition> services,
            TransportLimits limits,
            TransportEvents events,
            Executor executor) {
        this.limits = limits;
        this.events = events;
        this.executor = executor;
        for (ServerServiceDefinition service : services) {
            for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
                methods.put(method.getMethodDescriptor().getFullMethodName(), method);
            }
        }
    }

    /** As gRPC sees it. */
    public ServerServiceDefinition bind() {
        return ServerServiceDefinition.builder(SessionServiceGrpc.getServiceDescriptor())
                .addMethod(SessionServiceGrpc.getOpenMethod(), this::open)
                .build();
    }

    private ServerCall.Listener<SessionFrame> open(ServerCall<SessionFrame, SessionFrame> stream, Metadata headers) {
        ServerSession session = new ServerSession(this, stream);
        sessions.add(session);
        session.start();
        if (draining) {
            session.drain();
        }
        return session;
    }

    /** From now on new calls are refused, and each session ends when its calls are answered. */
    public void drain() {
        draining = true;
        List.copyOf(sessions).forEach(ServerSession::drain);
    }

    /** Sessions that are open. */
    public int open() {
        return sessions.size();
    }

    void ended(ServerSession session) {
        sessions.remove(session);
    }

    @Nullable
    ServerMethodDefinition<?, ?> method(String fullName) {
        return methods.get(fullName);
    }

    /** Counts a call in, if there is room; {@link #callEnded} counts it out. */
    boolean tryBegin() {
        if (callsInFlight.incrementAndGet() > limits.requestsInFlightMax()) {
            callsInFlight.decrementAndGet();
            return false;
        }
        return true;
    }

    void callEnded() {
        callsInFlight.decrementAndGet();
    }

    TransportLimits limits() {
        return limits;
    }

    TransportEvents events() {
        return events;
    }

    Executor executor() {
        return executor;
    }

    /** Of deadlines. */
    ScheduledExecutorService deadlines() {
        return DEADLINES;
    }
}
