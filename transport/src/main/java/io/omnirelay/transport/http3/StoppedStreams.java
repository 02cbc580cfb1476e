package io.omnirelay.transport.http3;

import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds streams whose receiver has sent STOP_SENDING.
 *
 * <p>A caller that has sent its whole request can break off in no other way, and Netty tells only to a write that
 * happens before the reset is acknowledged, within one round trip; after that even writes wait for ever. What
 * Netty knows is the stream's capacity, an error from then on, by a method that is not public. If a later Netty
 * has it no more, such callers are noticed only by the deadline of their call; the conformance suite says so.
 */
final class StoppedStreams {
    private static final Logger LOG = LoggerFactory.getLogger(StoppedStreams.class);

    /** "Nothing to do": the connection is busy or closing. */
    private static final long DONE = -1;

    private @Nullable Method method;
    private boolean supported = true;

    /** True if the receiver of this open stream has broken off. Event loop of the stream. */
    boolean contains(QuicStreamChannel stream) {
        return stream.isActive() && !stream.isOutputShutdown() && capacity(stream.parent(), stream.streamId()) < DONE;
    }

    /**
     * True once QUIC has forgotten a stream that Netty has closed. A STOP_SENDING that comes after the close keeps
     * it, and the caller's credit with it, until somebody asks for the stream: nobody does but we. Event loop.
     */
    boolean isForgotten(QuicChannel connection, long streamId) {
        return !supported || capacity(connection, streamId) < DONE;
    }

    /** Bytes, or an error below {@link #DONE}; 0 where that cannot be told. */
    private long capacity(QuicChannel connection, long streamId) {
        if (method == null && supported) {
            method = find(connection.getClass());
            supported = method != null;
        }
        if (method == null) {
            return 0;
        }
        try {
            return (long) method.invoke(connection, streamId);
        } catch (ReflectiveOperationException e) {
            method = null;
            supported = false;
            return 0;
        }
    }

    private static @Nullable Method find(Class<?> type) {
        try {
            Method method = type.getDeclaredMethod("streamCapacity", long.class);
            method.setAccessible(true);
            return method;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn("This Netty does not tell of STOP_SENDING; cancelled HTTP/3 requests run to their deadline", e);
            return null;
        }
    }
}
