package io.omnirelay.transport.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.omnirelay.transport.Refusal;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;

/** Reads what TLS libraries throw, from the listening side. */
public final class TlsFailures {
    private TlsFailures() {}

    /** What a failed handshake means. */
    public static Refusal refusal(Throwable failure) {
        Refusal found = Refusal.HANDSHAKE;
        for (Throwable t = failure; t != null; t = t.getCause()) {
            Refusal here = one(t);
            if (here != Refusal.HANDSHAKE && here != Refusal.BAD_CERTIFICATE) {
                return here;
            }
            found = here == Refusal.BAD_CERTIFICATE ? here : found;
        }
        return found;
    }

    private static Refusal one(Throwable failure) {
        if (failure instanceof SslHandshakeTimeoutException) {
            return Refusal.TIMEOUT;
        }
        if (failure instanceof NotSslRecordException) {
            return Refusal.NOT_TLS;
        }
        if (failure instanceof CertificateExpiredException || failure instanceof CertificateNotYetValidException) {
            return Refusal.EXPIRED_CERTIFICATE;
        }
        if (failure instanceof CertPathValidatorException invalid
                && invalid.getReason() == CertPathValidatorException.BasicReason.EXPIRED) {
            return Refusal.EXPIRED_CERTIFICATE;
        }
        if (failure instanceof CertPathBuilderException) {
            return Refusal.UNKNOWN_CA;
        }
        if (failure instanceof CertificateException) {
            return Refusal.BAD_CERTIFICATE;
        }
        return byText(String.valueOf(failure.getMessage()).toUpperCase(Locale.ROOT));
    }

    /** The words of BoringSSL. An alert among them has been sent by the other side. */
    private static Refusal byText(String text) {
        if (text.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
            return Refusal.NO_CERTIFICATE;
        }
        if (text.contains("UNSUPPORTED_PROTOCOL") || text.contains("PROTOCOL_VERSION")) {
            return Refusal.TLS_VERSION;
        }
        if (text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST")) {
            return Refusal.NOT_TLS;
        }
        if (text.contains("ALERT") && (text.contains("CERTIFICATE") || text.contains("UNKNOWN_CA"))) {
            return Refusal.DISTRUSTED;
        }
        return Refusal.HANDSHAKE;
    }

    /** What was wrong, in words: the last cause says most. */
    public static String detail(Throwable failure) {
        Throwable last = failure;
        while (last.getCause() != null && last.getCause() != last) {
            last = last.getCause();
        }
        String message = last.getMessage();
        return message == null ? last.getClass().getSimpleName() : message;
    }
}
