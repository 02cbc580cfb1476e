package io.meshkit.domain.peers;

import io.meshkit.domain.kernel.Check;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerHealth;

/** What is wrong with a peer whatever the state. */
final class PeerChecks {
    private PeerChecks() {}

    static void description(Peer peer, Check check) {
        check.id("peer.id", peer.getId())
                .meta("peer.meta", peer.getMeta())
                .text("peer.role", peer.getRole())
                .optionalId("peer.clusterId", peer.getClusterId())
                .text("peer.region", peer.getRegion())
                .text("peer.zone", peer.getZone())
                .text("peer.meshVersion", peer.getMeshVersion())
                .texts("peer.wireVersions", peer.getWireVersionsList())
                .texts("peer.apiVersions", peer.getApiVersionsList())
                .texts("peer.capabilities", peer.getCapabilitiesList())
                .each("peer.endpoints", peer.getEndpointsCount(), i -> {
                    var endpoint = peer.getEndpoints(i);
                    check.endpoint("peer.endpoints[" + i + "]", endpoint.getTransport(), endpoint.getAddress());
                });
        if (peer.hasHealth()) {
            health(peer.getHealth(), check);
        }
    }

    private static void health(PeerHealth health, Check check) {
        check.that(
                        health.getPending() >= 0,
                        "peer.health.pending",
                        "pending is " + health.getPending(),
                        "a number of requests, ≥ 0")
                .number("peer.health.latencyP99Ms", health.getLatencyP99Ms(), 0, Double.MAX_VALUE)
                .number("peer.health.errorRate", health.getErrorRate(), 0, 1)
                .number("peer.health.backpressure", health.getBackpressure(), 0, 1);
    }
}
