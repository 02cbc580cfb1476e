package io.omnirelay.transport.client.http3;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.Quic;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** The threads that all HTTP/3 channels of a process share; daemons, so nobody needs to stop them. */
final class ClientLoops {
    private static final EventLoopGroup GROUP = new MultiThreadIoEventLoopGroup(
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
            new DefaultThreadFactory("omnirelay-http3", true),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

    private static final Executor CALLBACKS =
            Executors.newCachedThreadPool(new DefaultThreadFactory("omnirelay-http3-callback", true));

    private ClientLoops() {}

    static EventLoop next() {
        return GROUP.next();
    }

    static Executor callbacks() {
        return CALLBACKS;
    }

    static Class<? extends DatagramChannel> datagramType() {
        return Epoll.isAvailable() ? EpollDatagramChannel.class : NioDatagramChannel.class;
    }

    /** @throws UnsupportedOperationException if the native QUIC library does not load */
    static void requireQuic() {
        if (!Quic.isAvailable()) {
            throw new UnsupportedOperationException(
                    "HTTP/3 is not to be had: the native QUIC library does not load", Quic.unavailabilityCause());
        }
    }
}
