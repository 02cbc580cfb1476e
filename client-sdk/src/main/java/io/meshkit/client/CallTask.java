package io.meshkit.client;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.Failures.Failure;
import io.meshkit.client.NodeTransport.Lane;
import io.meshkit.client.TurnQueue.Waiter;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.ErrorDetail.Applied;
import io.omnirelay.transport.DowngradeHeader;
import io.omnirelay.transport.NegotiatedTransport;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call: attempts, one at a time, until an answer, a rejection or the deadline.
 *
 * <p>A round tries each node once without a pause; between rounds it backs off. What decides whether an attempt is
 * repeated is {@link #mayRepeat}. Attempts follow one another, so that the fields need no lock: gRPC's callbacks of
 * one attempt happen before the next one starts.
 */
final class CallTask<Q extends Message, R extends Message> {
    private static final Metadata.Key<String> TRANSPORT =
            Metadata.Key.of(NegotiatedTransport.HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> DOWNGRADE =
            Metadata.Key.of(DowngradeHeader.NAME, Metadata.ASCII_STRING_MARSHALLER);
    private static final String PROTOBUF = NegotiatedTransport.Encoding.PROTOBUF.label();

    private final CallContext context;
    private final MethodDescriptor<Q, R> method;
    private final MethodTraits traits;
    private final Q request;
    private final CallSettings settings;
    private final long startNanos;
    private final long deadlineNanos;
    private final boolean prefersLeader;
    private final CompletableFuture<Reply<R>> result = new CompletableFuture<>();
    private final Set<NodeChannel> tried = new HashSet<>();

    private int attempts;
    private int rounds;
    private int faults;
    /** An earlier attempt of this mutation may have been applied. */
    private boolean inDoubt;

    /** Of the last attempt that failed. */
    private @Nullable Failure lastFailure;

    private @Nullable ResponseInfo lastInfo;

    private volatile @Nullable ClientCall<Q, R> current;

    CallTask(
            CallContext context, MethodDescriptor<Q, R> method, MethodTraits traits, Q request, CallSettings settings) {
        this.context = context;
        this.method = method;
        this.traits = traits;
        this.request = traits.withRequestId(request);
        this.settings = settings;
        this.startNanos = context.nanoTime();
        this.deadlineNanos = startNanos + settings.deadline().toNanos();
        this.prefersLeader = traits.prefersLeader(request);
    }

    /** Starts the first attempt. Cancelling the future cancels the attempt under way. */
    CompletableFuture<Reply<R>> start() {
        result.whenComplete((reply, failure) -> {
            ClientCall<Q, R> call = current;
            if (result.isCancelled() && call != null) {
                call.cancel("cancelled by the caller", null);
            }
        });
        attempt();
        return result;
    }

    private void attempt() {
        if (result.isDone()) {
            return;
        }
        Turn turn = nextTurn();
        if (turn == null) {
            return;
        }
        attempts++;
        try {
            Metadata headers = context.headers();
            turn.choose(lane -> send(turn, lane, headers));
        } catch (RuntimeException e) {
            turn.end();
            result.completeExceptionally(e);
        }
    }

    /** Sends the attempt; from here on it may have been applied. */
    private void send(Turn turn, Lane lane, Metadata headers) {
        if (result.isDone()) {
            turn.end();
            return;
        }
        long remainingNanos = deadlineNanos - context.nanoTime();
        if (remainingNanos <= 0) {
            turn.end();
            giveUp(Failures.tooLate(turn.node()), info(turn.node(), lane, PROTOBUF));
            return;
        }
        long allowedNanos = settings.retries() && traits.repeatable()
                ? Math.min(
                        remainingNanos, context.retryPolicy().attemptTimeout().toNanos())
                : remainingNanos;
        DowngradeEvent downgrade = lane.downgrade();
        if (downgrade != null) {
            headers.put(DOWNGRADE, downgrade.reason().label());
        }
        try {
            ClientCall<Q, R> call = lane.channel()
                    .newCall(method, CallOptions.DEFAULT.withDeadlineAfter(allowedNanos, TimeUnit.NANOSECONDS));
            current = call;
            call.start(new Attempt(turn, lane), headers);
            call.request(2);
            call.sendMessage(request);
            call.halfClose();
        } catch (RuntimeException e) {
            turn.end();
            result.completeExceptionally(e);
        }
    }

    private ResponseInfo info(NodeChannel node, Lane lane, String encoding) {
        return new ResponseInfo(
                node.node(),
                new Negotiated(lane.kind(), encoding, lane.downgrade()),
                attempts,
                traits.requestId(request),
                Duration.ofNanos(context.nanoTime() - startNanos));
    }

    /** The permission for the next attempt; null if the call waits for one, or is over. */
    private @Nullable Turn nextTurn() {
        NodeRouter router = context.router();
        NodeChannel only = null;
        if (settings.node() != null) {
            only = router.find(settings.node());
            if (only == null) {
                RegistryException unknown = unknownNode();
                context.ended(new CallReport(method.getBareMethodName(), null, null, unknown.detail()));
                result.completeExceptionally(unknown);
                return null;
            }
        }
        while (true) {
            Turn turn = only == null ? pick(router) : only.enter();
            if (turn != null || waits(router, only)) {
                return turn;
            }
        }
    }

    private @Nullable Turn pick(NodeRouter router) {
        Turn turn = router.pick(prefersLeader, tried);
        if (turn == null) {
            tried.clear();
            turn = router.pick(prefersLeader, tried);
        }
        return turn;
    }

    /**
     * Waits for a node that may be tried: {@link #attempt} follows. Gives up at once if that cannot be before the
     * deadline, and at the deadline if it was not. False if one may be tried by now.
     */
    private boolean waits(NodeRouter router, @Nullable NodeChannel only) {
        long remainingNanos = deadlineNanos - context.nanoTime();
        if (remainingNanos <= router.nextOpen(only).heldNanos()) {
            giveUp(router.nextOpen(only));
            return true;
        }
        TurnQueue turns = context.turns();
        Waiter waiter = turns.await(only, this::attempt, () -> !router.isClosed(only));
        if (waiter == null) {
            return false;
        }
        Runnable tooLate = () -> {
            if (turns.remove(waiter)) {
                giveUp(router.nextOpen(only));
            }
        };
        if (!context.later(tooLate, remainingNanos)) {
            tooLate.run();
        }
        return true;
    }

    /** Gives up because the node is away. */
    private void giveUp(NodeChannel away) {
        Failure failure = lastFailure;
        if (failure == null) {
            failure = away.away();
        }
        giveUp(failure == null ? Failures.tooLate(away) : failure, lastInfo);
    }

    private RegistryException unknownNode() {
        return RegistryException.of(
                ErrorCode.INVALID_REQUEST,
                "no endpoint is known for node " + settings.node(),
                "Known nodes: "
                        + String.join(
                                ", ",
                                context.router().nodes().stream()
                                        .map(NodeChannel::node)
                                        .toList()));
    }

    private void succeeded(Turn turn, Lane lane, String encoding, R response) {
        NodeChannel node = turn.node();
        turn.answered(lane);
        context.observe(node, traits, response);
        ResponseInfo info = info(node, lane, encoding);
        context.ended(new CallReport(method.getBareMethodName(), info, response, null));
        result.complete(new Reply<>(response, info));
    }

    private void failed(Turn turn, Lane lane, String encoding, Failure failure) {
        NodeChannel node = turn.node();
        learn(turn, lane, failure);
        ErrorDetail detail = failure.detail();
        boolean doubt = failure.connected() && detail.getApplied() == Applied.APPLIED_UNKNOWN && !traits.safe();
        ResponseInfo info = info(node, lane, encoding);
        if (!settings.retries() || !mayRepeat(failure)) {
            giveUp(failure, info);
            return;
        }
        inDoubt |= doubt;
        lastFailure = failure;
        lastInfo = info;
        tried.add(node);
        long pauseNanos = pauseNanos(failure);
        if (deadlineNanos - context.nanoTime() <= pauseNanos) {
            giveUp(failure, info);
        } else if (pauseNanos == 0) {
            attempt();
        } else if (!context.later(this::attempt, pauseNanos)) {
            giveUp(failure, info);
        }
    }

    private void learn(Turn turn, Lane lane, Failure failure) {
        NodeChannel node = turn.node();
        if (failure.fromNode()) {
            turn.answered(lane);
        } else {
            turn.failed(lane, failure);
            context.router().notLeader(node);
        }
        switch (failure.code()) {
            case NO_LEADER, NO_QUORUM, LEADERSHIP_LOST -> context.router().notLeader(node);
            default -> {}
        }
        context.router().learnLeader(failure.detail().getLeaderHint());
    }

    /**
     * Never a rejection. What certainly was not applied may be repeated when the code says that it can succeed later;
     * what may have been applied only by verbs that tolerate it: safe ones, and mutations, by their request id. A
     * fault of one node (a bug, corrupt data) is worth one try on each other node.
     */
    private boolean mayRepeat(Failure failure) {
        ErrorCode code = failure.code();
        if (failure.detail().getApplied() != Applied.APPLIED_UNKNOWN) {
            return code.retryable();
        }
        if (!traits.repeatable()) {
            return false;
        }
        return code.retryable()
                || (settings.node() == null
                        && ++faults < context.router().nodes().size());
    }

    /**
     * Zero while the round has nodes left, unless the node asked for patience and named nobody better; and when all are
     * away, because then the nodes' own pauses count.
     */
    private long pauseNanos(Failure failure) {
        ErrorDetail detail = failure.detail();
        String hint = detail.getLeaderHint();
        boolean elsewhere = !hint.isEmpty()
                && settings.node() == null
                && context.router().find(hint) != null
                && !tried.contains(context.router().find(hint));
        if (elsewhere) {
            return 0;
        }
        if (detail.hasRetryDelay()) {
            return TimeUnit.SECONDS.toNanos(detail.getRetryDelay().getSeconds())
                    + detail.getRetryDelay().getNanos();
        }
        NodeRouter router = context.router();
        boolean roundOver = settings.node() != null || router.isRoundOver(tried);
        boolean busy = ErrorCode.ofName(detail.getCode()) == ErrorCode.OVERLOADED;
        if (!roundOver && !busy) {
            return 0;
        }
        tried.clear();
        if (!failure.connected() && router.isClosed(settings.node() == null ? null : router.find(settings.node()))) {
            return 0;
        }
        return context.retryPolicy().backoffNanos(rounds++);
    }

    /**
     * Ends the call. A domain's rejection settles an earlier doubt, because the outcome is kept under the request id;
     * a refusal at a node's door, or no answer, does not.
     */
    private void giveUp(Failure failure, @Nullable ResponseInfo info) {
        ErrorDetail detail = failure.detail();
        if (inDoubt && detail.getApplied() != Applied.APPLIED_UNKNOWN) {
            switch (failure.code()) {
                case UNAUTHENTICATED, FORBIDDEN, LIMIT_EXCEEDED, INVALID_REQUEST ->
                    detail = detail.toBuilder()
                            .setApplied(Applied.APPLIED_UNKNOWN)
                            .build();
                case OVERLOADED, NO_LEADER, NO_QUORUM ->
                    detail = RegistryException.detail(
                                    ErrorCode.DEADLINE_EXCEEDED,
                                    "no outcome after " + attempts + " attempts; the last: " + detail.getMessage(),
                                    detail.getHint())
                            .build();
                default -> {}
            }
        } else if (traits.safe()) {
            detail = detail.toBuilder().setApplied(Applied.APPLIED_NO).build();
        }
        context.ended(new CallReport(method.getBareMethodName(), info, null, detail));
        result.completeExceptionally(new RegistryException(detail));
    }

    /** Listens to one attempt. */
    private final class Attempt extends ClientCall.Listener<R> {
        private final Turn turn;
        private final Lane lane;
        private String encoding = PROTOBUF;
        private @Nullable R response;

        Attempt(Turn turn, Lane lane) {
            this.turn = turn;
            this.lane = lane;
        }

        /** The first time, there is a stream on a connection. */
        @Override
        public void onReady() {
            turn.connected();
        }

        @Override
        public void onHeaders(Metadata headers) {
            String named = headers.get(TRANSPORT);
            if (named != null) {
                encoding = named.substring(named.indexOf(';') + 1);
            }
        }

        @Override
        public void onMessage(R message) {
            response = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            try {
                ended(status, trailers);
            } finally {
                turn.end();
            }
        }

        private void ended(Status status, Metadata trailers) {
            R answer = response;
            if (status.isOk() && answer != null) {
                succeeded(turn, lane, encoding, answer);
            } else if (status.isOk()) {
                failed(
                        turn,
                        lane,
                        encoding,
                        Failures.of(Status.INTERNAL.withDescription("no message in the answer"), null, turn.node()));
            } else if (!result.isDone()) {
                failed(turn, lane, encoding, Failures.of(status, trailers, turn.node()));
            }
        }
    }
}
