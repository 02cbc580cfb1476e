package io.meshkit.client;

/** An answer with how it came. */
public record Reply<R>(R response, ResponseInfo info) {

    /** What the answer came by, and why not by something better. */
    public Negotiated negotiated() {
        return info.negotiated();
    }
}
