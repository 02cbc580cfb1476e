package io.meshkit.bench;

import com.google.protobuf.Duration;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.FailoverMode;
import io.meshkit.v1.FailoverPolicy;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerEndpoint;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.ReplicationEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** A region of the sample: one cluster and its peers. */
enum SampleRegion {
    FRANKFURT("eu-central-1", 10, ClusterState.CLUSTER_STATE_ACTIVE, 100, 12, 15, 50),
    VIRGINIA("us-east-1", 20, ClusterState.CLUSTER_STATE_PASSIVE, 80, 10, 13, 44),
    SINGAPORE("ap-southeast-1", 30, ClusterState.CLUSTER_STATE_PASSIVE, 60, 7, 10, 30);

    private static final int COORDINATORS = 3;
    private static final long REPLICATION_LAG_SECONDS_MAX = 30;
    private static final int PORT = 8443;

    private final String region;
    /** The second byte of all its addresses. */
    private final int network;

    private final ClusterState state;
    private final int priority;
    private final Map<SampleRole, Integer> peers;

    SampleRegion(
            String region, int network, ClusterState state, int priority, int gateways, int dispatchers, int workers) {
        this.region = region;
        this.network = network;
        this.state = state;
        this.priority = priority;
        this.peers = Map.of(
                SampleRole.GATEWAY, gateways,
                SampleRole.DISPATCHER, dispatchers,
                SampleRole.WORKER, workers,
                SampleRole.COORDINATOR, COORDINATORS);
    }

    private String clusterId() {
        return "lakehouse-" + region;
    }

    Cluster cluster() {
        FailoverPolicy.Builder failover = FailoverPolicy.newBuilder()
                .setMode(FailoverMode.FAILOVER_MODE_MANUAL)
                .setMaxLag(Duration.newBuilder().setSeconds(REPLICATION_LAG_SECONDS_MAX));
        for (SampleRegion other : values()) {
            if (other != this) {
                failover.addTargets(other.clusterId());
            }
        }
        return Cluster.newBuilder()
                .setId(clusterId())
                .setMeta(RecordMeta.newBuilder()
                        .putLabels("environment", "sample")
                        .putAnnotations("runbook", "failover of the lakehouse mesh"))
                .setRegion(region)
                .setState(state)
                .setPriority(priority)
                .setFailoverPolicy(failover)
                .addReplicationEndpoints(ReplicationEndpoint.newBuilder()
                        .setTransport("http3")
                        .setAddress("10." + network + ".0.10:" + PORT))
                .addOwners("mesh-platform@lakehouse.example")
                .addOwners("oncall-" + region + "@lakehouse.example")
                .setReady(true)
                .build();
    }

    List<Peer> peers() {
        List<Peer> all = new ArrayList<>();
        for (SampleRole role : SampleRole.values()) {
            for (int i = 0; i < count(role); i++) {
                all.add(peer(role, i));
            }
        }
        return all;
    }

    List<String> peerIds(SampleRole role) {
        return IntStream.range(0, count(role)).mapToObj(i -> peerId(role, i)).toList();
    }

    private int count(SampleRole role) {
        return peers.getOrDefault(role, 0);
    }

    private String peerId(SampleRole role, int number) {
        return String.format(Locale.ROOT, "%s-%s-%03d", region, role.id(), number + 1);
    }

    private Peer peer(SampleRole role, int number) {
        int zone = number % 3;
        String address = "10." + network + "." + (role.subnet * 10 + zone) + "." + (number / 3 + 10) + ":" + PORT;
        String version = meshVersion(number);
        boolean current = version.startsWith("2.8.");
        Peer.Builder peer = Peer.newBuilder()
                .setId(peerId(role, number))
                .setMeta(RecordMeta.newBuilder()
                        .putLabels("machine", role.machine)
                        .putLabels("team", role.team))
                .setRole(role.id())
                .setClusterId(clusterId())
                .setRegion(region)
                .setZone(region + (char) ('a' + zone))
                .setMeshVersion(version)
                .addWireVersions("1")
                .addApiVersions("meshkit.v1")
                .addAllCapabilities(role.capabilities)
                .addEndpoints(PeerEndpoint.newBuilder().setTransport("http3").setAddress(address))
                .addEndpoints(PeerEndpoint.newBuilder().setTransport("grpc").setAddress(address));
        if (current) {
            peer.addWireVersions("2");
        }
        return peer.build();
    }

    /** An upgrade under way: most peers have the new version, some the one before it, a few an old one. */
    private static String meshVersion(int number) {
        return switch (number % 10) {
            case 7, 8 -> "2.8.0";
            case 9 -> "2.7.4";
            default -> "2.8.1";
        };
    }
}
