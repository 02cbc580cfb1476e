package io.omnirelay.transport.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.omnirelay.transport.BindFailedException;
import io.omnirelay.transport.TransportEvents;
import io.omnirelay.transport.TransportLimits;
import io.omnirelay.transport.tls.ReloadableSslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The TCP side of HTTPS: HTTP/2 and HTTP/1.1 on one port, chosen by ALPN. */
public final class HttpsListener {
    private static final int BACKLOG = 1024;
    private static final Duration CUT_WITHIN = Duration.ofSeconds(1);

    private final Channel server;
    private final Set<Channel> connections;

    private HttpsListener(Channel server, Set<Channel> connections) {
        this.server = server;
        this.connections = connections;
    }

    /**
     * Listens.
     *
     * @param port 0 for one that is free
     * @throws BindFailedException if the address cannot be had
     */
    public static HttpsListener start(
            EventLoops loops,
            String host,
            int port,
            ReloadableSslContext tls,
            TransportLimits limits,
            TransportEvents events,
            RequestStreams streams,
            AltSvc altSvc)
            throws BindFailedException {
        Set<Channel> connections = ConcurrentHashMap.newKeySet();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.acceptors(), loops.workers())
                .channel(loops.channelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .handler(new ConnectionLimit(limits.connectionsMax(), events))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        channel.closeFuture().addListener(closed -> connections.remove(channel));
                        SslHandler ssl = tls.current().newHandler(channel.alloc());
                        ssl.setHandshakeTimeoutMillis(limits.handshakeTimeout().toMillis());
                        // A caller that takes nothing does not take a goodbye either.
                        ssl.setCloseNotifyFlushTimeoutMillis(CUT_WITHIN.toMillis());
                        channel.pipeline().addLast(ssl, new ProtocolSelector(limits, events, streams, altSvc));
                    }
                });
        ChannelFuture bound = bootstrap.bind(host, port).awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw new BindFailedException("https", host, port, failure);
        }
        return new HttpsListener(bound.channel(), connections);
    }

    /** The port that is really listened on. */
    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Connections that are open, also those still shaking hands. */
    public int openConnections() {
        return connections.size();
    }

    /** Takes no new connections and tells the open ones to end: GOAWAY, or Connection: close. */
    public void drain() {
        server.close().awaitUninterruptibly();
        for (Channel connection : connections) {
            connection.eventLoop().execute(() -> {
                Runnable drain = connection.attr(ProtocolSelector.DRAIN).get();
                if (drain == null) {
                    connection.close();
                } else {
                    drain.run();
                }
            });
        }
    }

    /**
     * Waits until the connections have ended, then cuts what is left.
     *
     * @return true if nothing had to be cut
     */
    public boolean close(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        boolean clean = true;
        for (Channel connection : connections) {
            long left = Math.max(0, deadline - System.nanoTime());
            if (!connection.closeFuture().await(left, TimeUnit.NANOSECONDS)) {
                clean = false;
                // Not close(): HTTP/2 would wait for its streams again. This tells the handlers, but asks none.
                connection.eventLoop().execute(() -> connection.unsafe().close(connection.newPromise()));
                connection.closeFuture().await(CUT_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
            }
        }
        return clean;
    }
}
