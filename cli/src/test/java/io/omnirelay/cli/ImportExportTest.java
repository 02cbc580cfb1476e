package io.omnirelay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterMutationResponse;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.ConfigMutationResponse;
import io.meshkit.v1.CreateClusterRequest;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.ListClustersResponse;
import io.meshkit.v1.ListConfigResponse;
import io.meshkit.v1.ListPeersResponse;
import io.meshkit.v1.ListShardsResponse;
import io.meshkit.v1.MutationResult;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.PeerMutationResponse;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.Shard;
import io.meshkit.v1.ShardMutationResponse;
import io.meshkit.v1.UpsertShardRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportExportTest {
    private static final String MESH = """
            apiVersion: meshkit.io/v1
            kind: Mesh
            clusters:
              - {id: us, region: us-east-1, dependencies: [eu], owners: [o]}
              - id: eu
                region: eu-central-1
                state: active
                failoverPolicy: {mode: FAILOVER_MODE_MANUAL, targets: [us], maxLag: "30s"}
                owners: [o]
            peers:
              - {id: p-1, clusterId: eu, meshVersion: 1.10, wireVersions: [1, 2], meta: {labels: {on: yes}}}
              - {id: p-2, clusterId: eu}
            shards:
              - {namespace: events, shardId: s-1, strategyId: ring, ownerNodeId: p-1, capacityHint: 1.5}
            config:
              - {name: mesh, document: {limits: {rps: 100}, on: true, name: "1.10"}}
            """;

    @TempDir
    Path directory;

    private final Map<String, Message> held = new ConcurrentSkipListMap<>();
    private FakeRegistry registry;
    private Cli cli;
    private Path file;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry(directory);
        cli = new Cli(directory).with("OMNIRELAY_CONTEXT", registry.context().toString());
        file = Files.writeString(directory.resolve("mesh.yaml"), MESH);
        registry.on("CreateCluster", q -> {
            CreateClusterRequest request = (CreateClusterRequest) q;
            Cluster asked = request.getCluster();
            Cluster cluster = asked.getState() == ClusterState.CLUSTER_STATE_UNSPECIFIED
                    ? asked.toBuilder()
                            .setState(ClusterState.CLUSTER_STATE_PASSIVE)
                            .build()
                    : asked;
            MutationResult result = put("clusters/" + cluster.getId(), cluster, false);
            return ClusterMutationResponse.newBuilder()
                    .setCluster(cluster.toBuilder().setMeta(meta(result)))
                    .setResult(result)
                    .build();
        });
        registry.on("RegisterPeer", q -> {
            RegisterPeerRequest request = (RegisterPeerRequest) q;
            MutationResult result = put("peers/" + request.getPeer().getId(), request.getPeer(), false);
            return PeerMutationResponse.newBuilder()
                    .setPeer(request.getPeer().toBuilder().setMeta(meta(result)))
                    .setResult(result)
                    .build();
        });
        registry.on("UpsertShard", q -> {
            UpsertShardRequest request = (UpsertShardRequest) q;
            MutationResult result = put("shards/" + request.getShard().getShardId(), request.getShard(), true);
            return ShardMutationResponse.newBuilder()
                    .setShard(request.getShard().toBuilder().setMeta(meta(result)))
                    .setResult(result)
                    .build();
        });
        registry.on("PatchConfig", q -> {
            PatchConfigRequest request = (PatchConfigRequest) q;
            ConfigDocument config = ConfigDocument.newBuilder()
                    .setName(request.getName())
                    .setDocument(request.getPatch())
                    .build();
            MutationResult result = put("config/" + request.getName(), config, true);
            return ConfigMutationResponse.newBuilder()
                    .setConfig(config.toBuilder().setMeta(meta(result)))
                    .setResult(result)
                    .build();
        });
        registry.on(
                "GetPeer",
                q -> GetPeerResponse.newBuilder()
                        .setPeer((Peer) held.get("peers/" + ((GetPeerRequest) q).getId()))
                        .build());
        registry.on(
                "ListClusters",
                q -> ListClustersResponse.newBuilder()
                        .addAllClusters(all("clusters/", Cluster.class))
                        .build());
        registry.on(
                "ListPeers",
                q -> ListPeersResponse.newBuilder()
                        .addAllPeers(all("peers/", Peer.class).stream()
                                .map(peer -> peer.toBuilder()
                                        .setAdminState(PeerAdminState.PEER_ADMIN_STATE_ACTIVE)
                                        .setMeta(peer.getMeta().toBuilder().setModRevision(3))
                                        .build())
                                .toList())
                        .build());
        registry.on(
                "ListShards",
                q -> ListShardsResponse.newBuilder()
                        .addAllShards(all("shards/", Shard.class))
                        .build());
        registry.on(
                "ListConfig",
                q -> ListConfigResponse.newBuilder()
                        .addAllConfigs(all("config/", ConfigDocument.class))
                        .build());
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
    }

    private MutationResult put(String name, Message record, boolean replace) {
        Message before = held.get(name);
        if (before != null && !before.equals(record) && !replace) {
            throw RegistryException.of(ErrorCode.ALREADY_EXISTS, name + " exists already", "");
        }
        held.put(name, record);
        return MutationResult.newBuilder()
                .setChanged(!record.equals(before))
                .setRevision(before == null ? 1 : 2)
                .build();
    }

    private static RecordMeta meta(MutationResult result) {
        return RecordMeta.newBuilder().setVersion(result.getRevision()).build();
    }

    private <E extends Message> List<E> all(String prefix, Class<E> type) {
        return held.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .map(entry -> type.cast(entry.getValue()))
                .toList();
    }

    private Cli.Result importing(String... more) {
        String[] args = new String[3 + more.length];
        args[0] = "mesh";
        args[1] = "import";
        args[2] = file.toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return cli.run(args);
    }

    private String refused(String text) throws Exception {
        Files.writeString(file, text);
        Cli.Result result = importing();
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(registry.calls()).isEmpty();
        return result.err();
    }

    @Test
    void import_newRecords_areCreatedInOrderOfDependency() {
        Cli.Result result = importing("--import-id", "i");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("6 created, 0 changed, 0 unchanged, 0 failed, import id i\n");
        assertThat(registry.calls().stream().map(FakeRegistry.Call::method))
                .containsExactly(
                        "CreateCluster", "CreateCluster", "RegisterPeer", "RegisterPeer", "UpsertShard", "PatchConfig");
        CreateClusterRequest first =
                (CreateClusterRequest) registry.requests("CreateCluster").get(0);
        assertThat(first.getCluster().getId()).isEqualTo("eu");
        assertThat(first.getOptions().getChangeTicket()).isEqualTo("import-i");
        assertThat(first.getCluster().getFailoverPolicy().getMaxLag().getSeconds())
                .isEqualTo(30);
    }

    @Test
    void import_scalars_followTheirFieldsAndNotYaml() {
        importing();
        Peer peer = (Peer) held.get("peers/p-1");
        assertThat(peer.getMeshVersion()).isEqualTo("1.10");
        assertThat(peer.getWireVersionsList()).containsExactly("1", "2");
        assertThat(peer.getMeta().getLabelsMap()).containsExactly(Map.entry("on", "yes"));
        ConfigDocument config = (ConfigDocument) held.get("config/mesh");
        assertThat(config.getDocument().getFieldsOrThrow("name").getStringValue())
                .isEqualTo("1.10");
        assertThat(config.getDocument().getFieldsOrThrow("on").getBoolValue()).isTrue();
    }

    @Test
    void import_again_changesNothing() {
        importing();
        assertThat(importing("--json").out()).contains("\"unchanged\": 6").contains("\"created\": 0");
    }

    @Test
    void import_underTheSameId_usesTheSameRequestIds() {
        importing("--import-id", "same");
        importing("--import-id", "same");
        importing("--import-id", "other");
        List<String> ids = registry.requests("UpsertShard").stream()
                .map(request -> ((UpsertShardRequest) request).getOptions().getRequestId())
                .toList();
        assertThat(ids.get(1)).isEqualTo(ids.get(0));
        assertThat(ids.get(2)).isNotEqualTo(ids.get(0));
    }

    @Test
    void import_existingThatDiffers_failsSkipsOrUpdates() {
        held.put("peers/p-1", Peer.newBuilder().setId("p-1").setZone("z").build());
        Cli.Result failed = importing();
        assertThat(failed.exitCode()).isEqualTo(5);
        assertThat(failed.out()).contains("1 failed").contains("failed: peer p-1: ALREADY_EXISTS");
        assertThat(importing("--skip-existing").out()).contains("1 skipped");
        assertThat(registry.requests("UpdatePeer")).isEmpty();
        registry.on(
                "UpdatePeer",
                q -> PeerMutationResponse.newBuilder()
                        .setResult(MutationResult.newBuilder().setChanged(true))
                        .build());
        assertThat(importing("--upsert").out()).contains("1 changed");
        assertThat(registry.requests("UpdatePeer")).hasSize(1);
    }

    @Test
    void import_refusedThoughEqual_isUnchanged() {
        importing();
        registry.on("RegisterPeer", q -> {
            throw RegistryException.of(ErrorCode.ALREADY_EXISTS, "exists already", "");
        });
        assertThat(importing().out()).startsWith("0 created, 0 changed, 6 unchanged, 0 failed");
    }

    @Test
    void import_dryRun_comparesAndSendsNothing() {
        assertThat(importing("--dry-run", "--import-id", "i").out())
                .isEqualTo("would be: 6 created, 0 changed, 0 unchanged, 0 failed, import id i\n");
        assertThat(held).isEmpty();
        importing();
        assertThat(importing("--dry-run", "--import-id", "i").out()).contains("0 created, 0 changed, 6 unchanged");
    }

    @Test
    void import_malformed_namesLineAndColumn() throws Exception {
        assertThat(refused("apiVersion: meshkit.io/v1\nkind: Mesh\npeers: [{id: a\n"))
                .contains("mesh.yaml: line 4, column 1: malformed");
        assertThat(refused("{\"apiVersion\": \"meshkit.io/v1\",\n \"kind\": \"Mesh\",,}"))
                .contains("line 2");
    }

    @Test
    void import_faults_areAllNamedWithTheirPlace() throws Exception {
        assertThat(refused("""
                        apiVersion: meshkit.io/v1
                        kind: Mesh
                        piers: []
                        clusters: [{id: a, state: sleepy}]
                        peers:
                          - {id: p, zoen: z}
                          - {id: p}
                          - {role: gateway}
                          - {id: q, endpoints: grpc, health: {pending: 1.5}}
                        """))
                .contains("7 faults")
                .contains("line 3, column 1: piers: unknown field; did you mean peers?")
                .contains("line 4, column 27: clusters[0].state: 'sleepy' is no ClusterState. One of: active")
                .contains("line 6, column 13: peers[0].zoen: unknown field; did you mean zone?")
                .contains("line 7, column 5: peers[1]: 'p' is already on line 6")
                .contains("line 8, column 5: peers[2]: id is missing")
                .contains("peers[3].endpoints: must be a list")
                .contains("peers[3].health.pending: '1.5' is no int64");
    }

    @Test
    void import_wrongKind_isNamed() throws Exception {
        assertThat(refused("kind: Meshes\n")).contains("apiVersion: is missing").contains("kind: must be Mesh");
    }

    @Test
    void import_circleOfDependencies_isNamed() throws Exception {
        assertThat(refused("apiVersion: meshkit.io/v1\nkind: Mesh\nclusters:\n"
                        + "  - {id: a, dependencies: [b]}\n  - {id: b, dependencies: [a]}\n"))
                .contains("circle");
    }

    @Test
    void import_missingFile_exits2() {
        assertThat(cli.run("mesh", "import", "none.yaml").exitCode()).isEqualTo(2);
    }

    @Test
    void export_yamlAndJson_importAsUnchanged() throws Exception {
        importing();
        for (String format : List.of("yaml", "json")) {
            Path exported = directory.resolve("exported." + format);
            assertThat(cli.run("mesh", "export", "--output", format, "-o", exported.toString())
                            .exitCode())
                    .isZero();
            Cli.Result again = cli.run("mesh", "import", exported.toString(), "--import-id", "i");
            assertThat(again.out()).isEqualTo("0 created, 0 changed, 6 unchanged, 0 failed, import id i\n");
            assertThat(Files.readString(exported)).doesNotContain("adminState").doesNotContain("modRevision");
        }
    }

    @Test
    void export_yaml() {
        importing();
        Goldens.check("export.yaml", cli.run("mesh", "export").out());
    }
}
