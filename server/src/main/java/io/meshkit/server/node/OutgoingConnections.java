package io.meshkit.server.node;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that this node has opened to others, by the certificate that was shown on them. What is answered on them
 * counts in votes and acknowledgements, and no message of theirs passes a gate of ours: so TLS ends.
 *
 * <p>Ended is the engine, because the library's connections are its own. From then on it lets nothing in or out, and the
 * next write closes the connection. Thread: any number.
 */
final class OutgoingConnections {
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingConnections.class);

    private final Map<SSLEngine, X509Certificate> open = new WeakHashMap<>();

    /** What is asked of a certificate. */
    interface Check {
        void run() throws CertificateException;
    }

    /**
     * At the handshake. The connection is known before it is asked whether the certificate holds: so a change meanwhile is
     * seen by this or by {@link #cut}.
     *
     * @throws CertificateException if it does not hold; then there is no connection
     */
    void admit(SSLEngine engine, X509Certificate shown, Check check) throws CertificateException {
        put(engine, shown);
        try {
            check.run();
        } catch (CertificateException | RuntimeException e) {
            remove(engine);
            throw e;
        }
    }

    private synchronized void put(SSLEngine engine, X509Certificate shown) {
        open.put(engine, shown);
    }

    private synchronized void remove(SSLEngine engine) {
        open.remove(engine);
    }

    /** Ends those whose certificate is out, and returns the certificates. */
    synchronized Set<X509Certificate> cut(Predicate<X509Certificate> isOut) {
        Set<X509Certificate> out = new HashSet<>();
        open.entrySet().removeIf(connection -> {
            boolean ends = isOut.test(connection.getValue());
            if (ends) {
                end(connection.getKey());
                out.add(connection.getValue());
            }
            return ends;
        });
        return out;
    }

    private static void end(SSLEngine engine) {
        engine.closeOutbound();
        try {
            engine.closeInbound();
        } catch (SSLException e) {
            LOG.debug("the other side has not closed the connection, this one has: {}", e.getMessage());
        }
    }
}
