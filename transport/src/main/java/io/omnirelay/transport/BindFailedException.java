package io.omnirelay.transport;

import java.io.IOException;

/** A listener could not take its address; the message names it. Nothing was left started. */
public final class BindFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    public BindFailedException(String listener, String host, int port, Throwable cause) {
        super(
                "Cannot listen for " + listener + " on " + host + ":" + port + ": " + reason(cause)
                        + ". Is another process using the port, or is the host not an address of this machine?",
                cause);
    }

    private static String reason(Throwable cause) {
        Throwable deepest = cause;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message;
    }
}
