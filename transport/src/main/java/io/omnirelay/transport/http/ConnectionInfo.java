package io.omnirelay.transport.http;

import io.netty.util.AttributeKey;
import io.omnirelay.transport.NegotiatedTransport.Protocol;
import java.net.SocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What all requests of one connection share.
 *
 * @param session the TLS session; null only where TLS ends elsewhere
 */
public record ConnectionInfo(
        Protocol protocol,
        SocketAddress remote,
        SocketAddress local,
        @Nullable SSLSession session) {
    /** On the channel of the connection. */
    static final AttributeKey<ConnectionInfo> KEY = AttributeKey.valueOf(ConnectionInfo.class, "info");
}
