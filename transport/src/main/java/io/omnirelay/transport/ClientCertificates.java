package io.omnirelay.transport;

/** Whether an endpoint asks its callers for a certificate. */
public enum ClientCertificates {
    /** Never asked for: callers authenticate in another way. */
    OFF("off"),
    /** Asked for; a caller may have none, but one that is shown must hold. */
    OPTIONAL("optional"),
    /**
     * Without one that holds there is no connection. Over QUIC a caller learns of it only after its own side of the
     * handshake has succeeded: what it sees is a connection that ends.
     */
    REQUIRED("required");

    private final String label;

    ClientCertificates(String label) {
        this.label = label;
    }

    /** The word for configurations. */
    public String label() {
        return label;
    }

    /** @throws IllegalArgumentException for any other word */
    public static ClientCertificates ofLabel(String label) {
        for (ClientCertificates value : values()) {
            if (value.label.equals(label)) {
                return value;
            }
        }
        throw new IllegalArgumentException("none of off, optional, required: " + label);
    }
}
