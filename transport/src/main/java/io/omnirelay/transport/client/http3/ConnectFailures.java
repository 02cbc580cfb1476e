package io.omnirelay.transport.client.http3;

import io.netty.handler.codec.quic.QuicClosedChannelException;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.omnirelay.transport.client.http3.Http3ConnectException.Kind;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** Tells what a failed attempt to connect has met, from what the kernel, QUIC and BoringSSL report. */
final class ConnectFailures {
    /** TLS alert no_application_protocol. Source: RFC 7301 §3.2. */
    private static final int ALERT_NO_APPLICATION_PROTOCOL = 120;

    private ConnectFailures() {}

    static Http3ConnectException of(Throwable cause) {
        if (cause instanceof Http3ConnectException known) {
            return known;
        }
        Kind kind = kind(cause);
        return new Http3ConnectException(kind, words(kind, cause), cause);
    }

    private static Kind kind(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return Kind.UNKNOWN_HOST;
        }
        if (cause instanceof PortUnreachableException || cause instanceof ConnectException) {
            return Kind.REFUSED;
        }
        String message = String.valueOf(cause.getMessage()).toUpperCase(Locale.ROOT);
        if (cause instanceof SSLException) {
            // BoringSSL's words are all that there is.
            return message.contains("CERTIFICATE_VERIFY_FAILED")
                    ? Kind.UNTRUSTED
                    : message.contains("NO_APPLICATION_PROTOCOL") ? Kind.ALPN : Kind.TLS;
        }
        if (cause instanceof QuicClosedChannelException closed) {
            QuicConnectionCloseEvent event = closed.event();
            if (event != null && event.isTlsError()) {
                return QuicConnectionCloseEvent.extractTlsError(event.error()) == ALERT_NO_APPLICATION_PROTOCOL
                        ? Kind.ALPN
                        : Kind.TLS;
            }
        }
        return Kind.OTHER;
    }

    private static String words(Kind kind, Throwable cause) {
        if (kind == Kind.UNKNOWN_HOST) {
            return "the name is not known";
        }
        if (kind == Kind.REFUSED) {
            return "the UDP port is closed";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
