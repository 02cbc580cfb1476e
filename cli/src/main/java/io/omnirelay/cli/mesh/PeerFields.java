package io.omnirelay.cli.mesh;

import com.google.protobuf.FieldMask;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerEndpoint;
import io.omnirelay.cli.output.Streams;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A peer's fields as options. A field that is not named stays as it is. */
final class PeerFields {
    @Option(names = "--file", paramLabel = "FILE", description = "The fields from YAML or JSON; - for standard input.")
    @Nullable
    String file;

    @Option(names = "--role", paramLabel = "ROLE", description = "For example gateway, dispatcher, worker.")
    @Nullable
    String role;

    @Option(names = "--cluster", paramLabel = "ID", description = "The cluster that it belongs to.")
    @Nullable
    String cluster;

    @Option(names = "--region", paramLabel = "REGION")
    @Nullable
    String region;

    @Option(names = "--zone", paramLabel = "ZONE")
    @Nullable
    String zone;

    @Option(names = "--mesh-version", paramLabel = "VERSION")
    @Nullable
    String meshVersion;

    @Option(names = "--wire-version", paramLabel = "VERSION", split = ",", description = "Repeatable.")
    @Nullable
    List<String> wireVersions;

    @Option(names = "--api-version", paramLabel = "VERSION", split = ",", description = "Repeatable.")
    @Nullable
    List<String> apiVersions;

    @Option(names = "--capability", paramLabel = "NAME", split = ",", description = "Repeatable.")
    @Nullable
    List<String> capabilities;

    @Option(
            names = "--endpoint",
            paramLabel = "TRANSPORT=HOST:PORT",
            description = "For example grpc=10.0.0.7:443. Repeatable.")
    @Nullable
    Map<String, String> endpoints;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Repeatable.")
    @Nullable
    Map<String, String> labels;

    /** The peer with what was given. */
    Peer peer(String id, Streams streams) {
        Peer.Builder peer = Peer.newBuilder();
        Texts.merge(file, peer, streams);
        peer.setId(id);
        if (role != null) {
            peer.setRole(role);
        }
        if (cluster != null) {
            peer.setClusterId(cluster);
        }
        if (region != null) {
            peer.setRegion(region);
        }
        if (zone != null) {
            peer.setZone(zone);
        }
        if (meshVersion != null) {
            peer.setMeshVersion(meshVersion);
        }
        peer.addAllWireVersions(Texts.of(wireVersions));
        peer.addAllApiVersions(Texts.of(apiVersions));
        peer.addAllCapabilities(Texts.of(capabilities));
        if (endpoints != null) {
            endpoints.forEach((transport, address) -> peer.addEndpoints(
                    PeerEndpoint.newBuilder().setTransport(transport).setAddress(address)));
        }
        if (labels != null) {
            peer.getMetaBuilder().putAllLabels(labels);
        }
        return peer.build();
    }

    /** Names the fields that were given, also those given as empty. */
    FieldMask mask(Peer peer) {
        Masks mask = new Masks(peer);
        mask.add("role", role).add("cluster_id", cluster).add("region", region).add("zone", zone);
        mask.add("mesh_version", meshVersion).add("wire_versions", wireVersions).add("api_versions", apiVersions);
        mask.add("capabilities", capabilities).add("endpoints", endpoints).add("meta.labels", labels);
        return mask.build();
    }
}
