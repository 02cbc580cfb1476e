package io.omnirelay.cli.mesh;

import com.google.protobuf.FieldMask;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.ReplicationEndpoint;
import io.omnirelay.cli.output.Names;
import io.omnirelay.cli.output.Streams;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A cluster's fields as options. A field that is not named stays as it is. */
final class ClusterFields {
    @Option(names = "--file", paramLabel = "FILE", description = "The fields from YAML or JSON; - for standard input.")
    @Nullable
    String file;

    @Option(names = "--region", paramLabel = "REGION")
    @Nullable
    String region;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "When created: active or passive. Later: passive, draining, maintenance.")
    @Nullable
    String state;

    @Option(names = "--priority", paramLabel = "N", description = "0–1000; the higher is preferred.")
    @Nullable
    Integer priority;

    @Option(names = "--owner", paramLabel = "OWNER", split = ",", description = "Who answers for it. Repeatable.")
    @Nullable
    List<String> owners;

    @Option(
            names = "--dependency",
            paramLabel = "ID",
            split = ",",
            description = "A cluster that it needs. Repeatable.")
    @Nullable
    List<String> dependencies;

    @Option(
            names = "--replication-endpoint",
            paramLabel = "TRANSPORT=HOST:PORT",
            description = "For example grpc=10.0.0.7:443. Repeatable.")
    @Nullable
    Map<String, String> endpoints;

    @Option(names = "--ready", paramLabel = "true|false", arity = "1", description = "Whether it could take over now.")
    @Nullable
    Boolean ready;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Repeatable.")
    @Nullable
    Map<String, String> labels;

    /** The cluster with what was given. */
    Cluster cluster(String id, Streams streams) {
        Cluster.Builder cluster = Cluster.newBuilder();
        Texts.merge(file, cluster, streams);
        cluster.setId(id);
        if (region != null) {
            cluster.setRegion(region);
        }
        if (state != null) {
            cluster.setStateValue(
                    Names.parse(ClusterState.getDescriptor(), state).getNumber());
        }
        if (priority != null) {
            cluster.setPriority(priority);
        }
        cluster.addAllOwners(Texts.of(owners));
        cluster.addAllDependencies(Texts.of(dependencies));
        if (endpoints != null) {
            endpoints.forEach((transport, address) -> cluster.addReplicationEndpoints(
                    ReplicationEndpoint.newBuilder().setTransport(transport).setAddress(address)));
        }
        if (ready != null) {
            cluster.setReady(ready);
        }
        if (labels != null) {
            cluster.getMetaBuilder().putAllLabels(labels);
        }
        return cluster.build();
    }

    /** Names the fields that were given, also those given as empty. */
    FieldMask mask(Cluster cluster) {
        Masks mask = new Masks(cluster);
        mask.add("region", region).add("state", state).add("priority", priority).add("owners", owners);
        mask.add("dependencies", dependencies)
                .add("replication_endpoints", endpoints)
                .add("ready", ready);
        return mask.add("meta.labels", labels).build();
    }
}
