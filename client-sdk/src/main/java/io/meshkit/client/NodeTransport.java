package io.meshkit.client;

import io.grpc.Channel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides by which transport the attempts at one node go. Thread-safe. */
interface NodeTransport {
    /**
     * What an attempt uses.
     *
     * @param downgrade why it is not the preferred transport; null if it is
     */
    record Lane(
            TransportKind kind, Channel channel, @Nullable DowngradeEvent downgrade) {}

    /**
     * Finds the lane of an attempt, before anything of it is sent: an attempt is never moved from one to another.
     *
     * @param then called once, now or within a second, on a thread where it must not block
     */
    void choose(Consumer<Lane> then);

    /** The node has answered on the lane. */
    void answered(Lane lane);

    /**
     * The node could not be reached, or fell silent.
     *
     * @param connected false if there was not even a connection
     */
    void failed(Lane lane, boolean connected);

    /** What is known; without the counts of calls. */
    TransportStats.Node stats(TransportCounts counts);

    /** No lane changes any more. */
    void close();
}
