package io.meshkit.server.watch;

import io.meshkit.api.RegistryException;
import io.omnirelay.transport.EncodedMessage;

/** Where a watcher's messages go. Thread: one at a time, but {@link #isReady} any. */
interface Sink {
    /** False while the receiver has not taken what was sent before. */
    boolean isReady();

    void send(EncodedMessage message);

    /** The stream is complete. */
    void complete();

    /** The stream ends with an error. */
    void fail(RegistryException error);

    /**
     * Holds the caller to its right to watch as of now.
     *
     * @throws RegistryException UNAUTHENTICATED or FORBIDDEN
     */
    void revalidate();
}
