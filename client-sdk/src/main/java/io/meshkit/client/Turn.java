package io.meshkit.client;

import io.meshkit.client.Failures.Failure;
import io.meshkit.client.NodeTransport.Lane;
import java.util.function.Consumer;

/**
 * The permission for one attempt at a node. Whoever holds it says how the attempt went, and ends it in any case.
 *
 * @param attempt its number at the node
 */
record Turn(NodeChannel node, long attempt) {

    /** Finds the lane of the attempt and counts it: see {@link NodeTransport#choose}. */
    void choose(Consumer<Lane> then) {
        node.choose(then);
    }

    /** There is a connection. */
    void connected() {
        node.connected(attempt);
    }

    /** The node itself has answered. */
    void answered(Lane lane) {
        node.answered(lane);
    }

    /** The node could not be reached, or fell silent. */
    void failed(Lane lane, Failure failure) {
        node.failed(attempt, lane, failure);
    }

    /** The attempt is over. May be said again. */
    void end() {
        node.ended(attempt);
    }
}
