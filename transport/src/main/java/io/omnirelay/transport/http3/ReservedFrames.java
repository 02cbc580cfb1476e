package io.omnirelay.transport.http3;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http3.DefaultHttp3UnknownFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;

/** Frames that every receiver must ignore, but whose packet it has to acknowledge: our PING, which Netty lacks. */
public final class ReservedFrames {
    /** 0x1f * N + 0x21 (RFC 9114 §7.2.8), of which Netty wants N > 0. */
    private static final long TYPE = 0x1f + 0x21;

    private ReservedFrames() {}

    /** Sends one, if the connection's control stream takes it now. Event loop. */
    public static void ping(QuicChannel connection) {
        QuicStreamChannel control = Http3.getLocalControlStream(connection);
        if (control != null && control.isWritable()) {
            control.writeAndFlush(new DefaultHttp3UnknownFrame(TYPE, Unpooled.EMPTY_BUFFER));
        }
    }
}
