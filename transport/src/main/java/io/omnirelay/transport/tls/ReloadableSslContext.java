package io.omnirelay.transport.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * Stands for whichever context is current when a connection begins. Connections that exist keep the one that they
 * began with, and a session of an older context is not resumed on a newer: who was identified by a CA that is no
 * longer trusted must show a certificate again.
 *
 * <p>Thread: any.
 */
public final class ReloadableSslContext extends SslContext {
    private final Supplier<SslContext> current;

    /** @param current never null; always for the same side and protocols */
    public ReloadableSslContext(Supplier<SslContext> current) {
        this.current = current;
    }

    /** The context for a connection that begins now. */
    public SslContext current() {
        return current.get();
    }

    @Override
    public boolean isClient() {
        return current().isClient();
    }

    @Override
    public List<String> cipherSuites() {
        return current().cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation") // Abstract in Netty's class.
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return current().applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator alloc) {
        return current().newEngine(alloc);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator alloc, String peerHost, int peerPort) {
        return current().newEngine(alloc, peerHost, peerPort);
    }

    @Override
    public SSLSessionContext sessionContext() {
        return current().sessionContext();
    }
}
