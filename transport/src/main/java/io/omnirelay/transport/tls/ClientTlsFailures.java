package io.omnirelay.transport.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Reads what TLS libraries throw, from the connecting side, and says what to do about it. */
public final class ClientTlsFailures {
    private ClientTlsFailures() {}

    /** What is wrong, and what to do. */
    public record Explanation(String message, String hint) {}

    private static final Explanation CERTIFICATE_MISSING = new Explanation(
            "The server requires a client certificate",
            "Give the client a certificate and its key; one that no CA of the server has signed is not shown");
    private static final Explanation CERTIFICATE_EXPIRED =
            new Explanation("The server says that the client certificate has expired", "Renew the client certificate");
    private static final Explanation CERTIFICATE_REFUSED = new Explanation(
            "The server does not accept the client certificate",
            "Use one that the server's client CA has signed, and that is valid now");
    private static final Explanation SERVER_EXPIRED =
            new Explanation("The server's certificate is not valid now", "Renew it there; check this machine's clock");
    private static final Explanation SERVER_UNKNOWN = new Explanation(
            "No trusted CA has signed the server's certificate", "Check that the client's CA file is the server's");
    private static final Explanation SERVER_NAME = new Explanation(
            "The server's certificate is of another name",
            "Connect under a name in the certificate, or have the name added to it");
    /** QUIC does not say which. */
    private static final Explanation SERVER_REFUSED = new Explanation(
            "The server's certificate does not hold: it is of another CA or another name, or not valid now",
            "Check the client's CA file, the name under which it connects, and both clocks");

    private static final Explanation NO_TLS =
            new Explanation("What answers speaks no TLS", "Check the port of the endpoint");
    private static final Explanation TLS_VERSION =
            new Explanation("The other side has no TLS 1.3", "Only TLS 1.3 is spoken; check the port of the endpoint");

    /** Null if the failure is none of TLS, or says nothing. */
    public static @Nullable Explanation explain(@Nullable Throwable failure) {
        Explanation found = null;
        for (Throwable t = failure; t != null; t = t.getCause()) {
            Explanation here = one(t);
            // The innermost says most.
            found = here == null ? found : here;
        }
        return found;
    }

    private static @Nullable Explanation one(Throwable failure) {
        if (failure instanceof NotSslRecordException) {
            return NO_TLS;
        }
        if (failure instanceof CertificateExpiredException || failure instanceof CertificateNotYetValidException) {
            return SERVER_EXPIRED;
        }
        if (failure instanceof CertPathValidatorException invalid) {
            return invalid.getReason() == CertPathValidatorException.BasicReason.EXPIRED ? SERVER_EXPIRED : null;
        }
        if (failure instanceof CertPathBuilderException) {
            return SERVER_UNKNOWN;
        }
        String text = String.valueOf(failure.getMessage());
        if (failure instanceof CertificateException) {
            return text.startsWith("No ") || text.contains("doesn't match") ? SERVER_NAME : null;
        }
        return failure instanceof SSLException ? byText(text.toUpperCase(Locale.ROOT)) : null;
    }

    /** Alerts that the server has sent, in the words of BoringSSL and of {@link #received}. */
    private static @Nullable Explanation byText(String text) {
        if (text.contains("CERTIFICATE_VERIFY_FAILED")) {
            return SERVER_REFUSED;
        }
        if (text.contains("WRONG_VERSION_NUMBER")) {
            return NO_TLS;
        }
        if (!text.contains("ALERT")) {
            return null;
        }
        if (text.contains("CERTIFICATE_REQUIRED")) {
            return CERTIFICATE_MISSING;
        }
        if (text.contains("CERTIFICATE_EXPIRED")) {
            return CERTIFICATE_EXPIRED;
        }
        if (text.contains("CERTIFICATE") || text.contains("UNKNOWN_CA")) {
            return CERTIFICATE_REFUSED;
        }
        return text.contains("PROTOCOL_VERSION") ? TLS_VERSION : null;
    }

    /**
     * An alert by which the other side has ended a QUIC connection.
     *
     * @param alert number. Source: RFC 8446 §6, RFC 9001 §4.8
     */
    public static SSLException received(int alert) {
        String name = switch (alert) {
            case 42 -> "bad_certificate";
            case 43 -> "unsupported_certificate";
            case 44 -> "certificate_revoked";
            case 45 -> "certificate_expired";
            case 46 -> "certificate_unknown";
            case 48 -> "unknown_ca";
            case 70 -> "protocol_version";
            case 116 -> "certificate_required";
            default -> Integer.toString(alert);
        };
        return new SSLException("TLS alert received: " + name);
    }
}
