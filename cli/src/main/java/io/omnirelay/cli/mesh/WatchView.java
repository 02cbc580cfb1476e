package io.omnirelay.cli.mesh;

import io.meshkit.api.RegistryException;
import io.meshkit.client.ResyncReason;
import io.meshkit.v1.WatchResponse;

/** Shows a watch. Called by one thread. */
interface WatchView {
    void received(WatchResponse message);

    /** What follows is the whole state anew. */
    void resync(ResyncReason reason, String detail);

    void connected(String node);

    void disconnected(RegistryException cause);

    /** Nothing has come for a moment. */
    default void idle() {}

    /** Nothing will come any more. */
    default void end() {}
}
