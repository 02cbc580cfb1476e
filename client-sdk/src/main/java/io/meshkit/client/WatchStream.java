package io.meshkit.client;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.meshkit.client.Failures.Failure;
import io.meshkit.client.NodeTransport.Lane;
import io.meshkit.v1.WatchResponse;
import io.omnirelay.transport.DowngradeHeader;
import io.omnirelay.transport.NegotiatedTransport;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a watch. It asks for one message at a time, after the last one has been taken, and once the watch is
 * synced, when messages are single changes, for a few ahead: what a slow taker has not asked for waits in the transport's
 * window, then in the server, which holds a place and no messages.
 */
final class WatchStream<Q extends Message> extends ClientCall.Listener<WatchResponse> {
    private static final Metadata.Key<String> TRANSPORT =
            Metadata.Key.of(NegotiatedTransport.HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> DOWNGRADE =
            Metadata.Key.of(DowngradeHeader.NAME, Metadata.ASCII_STRING_MARSHALLER);

    /** What has arrived: a message, or the end. */
    record Arrival(
            @Nullable WatchResponse message, @Nullable Failure failure) {}

    private final Turn turn;
    private final ReadAhead readAhead = new ReadAhead();
    private final long startNanos = System.nanoTime();
    private final BlockingQueue<Arrival> arrived = new LinkedBlockingQueue<>();
    private volatile String encoding = NegotiatedTransport.Encoding.PROTOBUF.label();
    private @Nullable Lane lane;
    private @Nullable ClientCall<Q, WatchResponse> call;
    private boolean cancelled;

    WatchStream(Turn turn) {
        this.turn = turn;
    }

    /** Connects, and sends the request as soon as there is a connection. */
    void start(MethodDescriptor<Q, WatchResponse> method, Q request, Metadata headers) {
        turn.choose(chosen -> send(chosen, method, request, headers));
    }

    private synchronized void send(
            Lane chosen, MethodDescriptor<Q, WatchResponse> method, Q request, Metadata headers) {
        if (cancelled) {
            return;
        }
        lane = chosen;
        DowngradeEvent downgrade = chosen.downgrade();
        if (downgrade != null) {
            headers.put(DOWNGRADE, downgrade.reason().label());
        }
        try {
            ClientCall<Q, WatchResponse> made = chosen.channel().newCall(method, CallOptions.DEFAULT);
            call = made;
            made.start(this, headers);
            made.request(ReadAhead.FIRST);
            made.sendMessage(request);
            made.halfClose();
        } catch (RuntimeException e) {
            onClose(Status.INTERNAL.withDescription(String.valueOf(e)).withCause(e), new Metadata());
        }
    }

    /** Waits for the next message, or the end. @return null if the time was over first */
    @Nullable
    Arrival take(long nanos) throws InterruptedException {
        return arrived.poll(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * A message has been dealt with: asks for more, perhaps later.
     *
     * @param synced whether from now on messages are single changes; never taken back
     */
    synchronized void next(boolean synced) {
        int more = readAhead.taken(synced);
        if (more > 0 && call != null && !cancelled) {
            call.request(more);
        }
    }

    /** Thread: any. */
    synchronized void cancel() {
        cancelled = true;
        if (call != null) {
            call.cancel("the watch does not need this stream any more", null);
        }
        turn.end();
    }

    NodeChannel node() {
        return turn.node();
    }

    /** The node has answered. */
    synchronized void answered() {
        if (lane != null) {
            turn.answered(lane);
        }
    }

    /** The node could not be reached, or fell silent. */
    synchronized void failed(Failure failure) {
        if (lane != null) {
            turn.failed(lane, failure);
        }
    }

    /** How the stream came; null before there was a connection. */
    synchronized @Nullable ResponseInfo info(int attempts) {
        return lane == null
                ? null
                : new ResponseInfo(
                        turn.node().node(),
                        new Negotiated(lane.kind(), encoding, lane.downgrade()),
                        attempts,
                        "",
                        Duration.ofNanos(System.nanoTime() - startNanos));
    }

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
    public void onMessage(WatchResponse message) {
        arrived.add(new Arrival(message, null));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        arrived.add(new Arrival(null, status.isOk() ? null : Failures.ofWatch(status, trailers, turn.node())));
    }
}
