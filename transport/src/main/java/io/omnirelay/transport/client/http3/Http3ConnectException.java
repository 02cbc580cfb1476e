package io.omnirelay.transport.client.http3;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** No HTTP/3 connection could be made: no request has left this machine. */
public final class Http3ConnectException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What was met; decides what a caller does next. */
    public enum Kind {
        /** Not one packet came back: UDP is dropped on the way, or nobody is there. */
        NO_ANSWER,
        /** Packets came back, but the handshake did not end in time. */
        TIMEOUT,
        /** The host says that nobody listens on the UDP port. */
        REFUSED,
        /** The server speaks QUIC, but no HTTP/3. */
        ALPN,
        /** The server's certificate does not hold: wrong CA, wrong name, expired. TCP would not help. */
        UNTRUSTED,
        /** TLS failed for another reason. */
        TLS,
        /** The host's name is not known. TCP would not help. */
        UNKNOWN_HOST,
        /** Anything else: no route, the channel was shut down. */
        OTHER
    }

    private final Kind kind;

    Http3ConnectException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
