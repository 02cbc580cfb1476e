package io.meshkit.client;

import io.meshkit.api.RegistryException;
import io.meshkit.v1.WatchResponse;
import org.jspecify.annotations.Nullable;

/**
 * Is told what a watch sees, one call at a time, in order, on the watch's own thread: it may block, which slows its
 * own stream and nobody else's. If it throws, the watch ends.
 */
@FunctionalInterface
public interface WatchListener {
    /**
     * The next message of one unbroken stream, as watch.proto orders them: opened, state*, synced, then changes and
     * bookmarks. Connections come and go beneath it. After {@link #onResync} the order begins anew.
     */
    void onMessage(WatchResponse message);

    /**
     * The stream could not go on where it was: what follows is a fresh initial state, which stands for everything
     * that was delivered before.
     */
    default void onResync(ResyncReason reason, String detail) {}

    /** A node has taken the watch. */
    default void onConnected(String node) {}

    /** The connection is gone, or could not be made; the watch tries again by itself. */
    default void onDisconnected(RegistryException cause) {}

    /**
     * The last call, made once.
     *
     * @param failure why the watch has ended; null if it was closed, or was asked to end when synced
     */
    default void onClosed(@Nullable RegistryException failure) {}
}
