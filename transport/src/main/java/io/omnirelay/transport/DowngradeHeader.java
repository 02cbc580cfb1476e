package io.omnirelay.transport;

import java.util.Set;
import java.util.TreeSet;

/**
 * The request header, and gRPC metadata, by which a client says why a call does not travel on the transport that it
 * likes best.
 *
 * <p>Whoever counts by reason maps what was sent by {@link #reason}: the set is bounded, so that no caller can invent
 * label values.
 */
public final class DowngradeHeader {
    /** Name of the header and of the metadata key. */
    public static final String NAME = "x-omnirelay-downgrade";

    /** UDP does not get through. */
    public static final String QUIC_BLOCKED = "quic_blocked";

    /** The server does not negotiate the protocol. */
    public static final String ALPN = "alpn";

    /** The transport policy forbids the better transport, or somebody forced this one. */
    public static final String POLICY = "policy";

    /** The better transport did not answer in time. */
    public static final String TIMEOUT = "timeout";

    /** The host says that nobody listens on the UDP port. */
    public static final String REFUSED = "refused";

    /** The TLS handshake failed over QUIC. */
    public static final String TLS = "tls";

    /** The client's machine cannot speak QUIC. */
    public static final String UNAVAILABLE = "unavailable";

    /** Something else went wrong on the better transport. */
    public static final String FAILED = "failed";

    /** No reason was given: the server saw a transport that its policy allows and does not prefer. */
    public static final String UNDECLARED = "undeclared";

    /** What was sent is none of {@link #KNOWN}. */
    public static final String OTHER = "other";

    /** The reasons that a client may give. */
    public static final Set<String> KNOWN =
            Set.of(QUIC_BLOCKED, REFUSED, TIMEOUT, ALPN, TLS, POLICY, UNAVAILABLE, FAILED);

    private DowngradeHeader() {}

    /** The reason for counters: one of {@link #KNOWN}, or {@link #OTHER}. */
    public static String reason(String sent) {
        return KNOWN.contains(sent) ? sent : OTHER;
    }

    /** Every value that a counter by reason may have, in order. */
    public static Set<String> all() {
        Set<String> all = new TreeSet<>(KNOWN);
        all.add(UNDECLARED);
        all.add(OTHER);
        return all;
    }
}
