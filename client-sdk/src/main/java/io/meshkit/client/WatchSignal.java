package io.meshkit.client;

import io.meshkit.api.RegistryException;
import io.meshkit.v1.WatchResponse;

/** What {@link WatchListener} is told, as a value. */
public sealed interface WatchSignal {
    /** {@link WatchListener#onMessage}. */
    record Received(WatchResponse message) implements WatchSignal {}

    /** {@link WatchListener#onResync}. */
    record Resync(ResyncReason reason, String detail) implements WatchSignal {}

    /** {@link WatchListener#onConnected}. */
    record Connected(String node) implements WatchSignal {}

    /** {@link WatchListener#onDisconnected}. */
    record Disconnected(RegistryException cause) implements WatchSignal {}
}
