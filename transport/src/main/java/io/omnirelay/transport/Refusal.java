package io.omnirelay.transport;

/** Why a connection could not be used: a bounded set, for counters. */
public enum Refusal {
    /** There were too many already. */
    TOO_MANY("too_many"),
    /** The handshake took too long, or was not begun. */
    TIMEOUT("handshake_timeout"),
    /** What came was no TLS: plain text, perhaps. */
    NOT_TLS("not_tls"),
    /** An older version than TLS 1.3. */
    TLS_VERSION("tls_version"),
    /** A client certificate is required, and none was shown. */
    NO_CERTIFICATE("no_certificate"),
    /** The client certificate, or one of its chain, is not valid now. */
    EXPIRED_CERTIFICATE("expired_certificate"),
    /** No trusted CA has signed the client certificate. */
    UNKNOWN_CA("unknown_ca"),
    /** The client certificate does not hold in another way. */
    BAD_CERTIFICATE("bad_certificate"),
    /** The caller has said that it does not accept our certificate: another CA, another name, or expired. */
    DISTRUSTED("distrusted"),
    /** The caller has gone, or broke the handshake in another way; not every caller says why. */
    HANDSHAKE("handshake");

    private final String label;

    Refusal(String label) {
        this.label = label;
    }

    /** The word for labels. */
    public String label() {
        return label;
    }
}
