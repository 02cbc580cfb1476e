package io.meshkit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.protobuf.Message;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.Peer;
import io.meshkit.v1.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class SampleMeshTest {
    private static final Path FILE = Path.of("../samples/lakehouse-mesh.yaml");

    @Test
    void committedFile_isTheGeneratorsOutput() throws IOException {
        assertThat(Files.readString(FILE))
                .as("samples/lakehouse-mesh.yaml; write it anew with SampleMesh")
                .isEqualTo(SampleMesh.yaml());
    }

    @Test
    void yaml_readBack_isTheRecords() {
        Map<String, Object> file = new Yaml(new SafeConstructor(new LoaderOptions())).load(SampleMesh.yaml());

        assertThat(file.keySet()).containsExactly("apiVersion", "kind", "clusters", "peers", "shards", "config");
        assertThat(file).containsEntry("apiVersion", "meshkit.io/v1").containsEntry("kind", "Mesh");
        assertThat(read(file, "clusters", Cluster::newBuilder)).isEqualTo(SampleMesh.clusters());
        assertThat(read(file, "peers", Peer::newBuilder)).isEqualTo(SampleMesh.peers());
        assertThat(read(file, "shards", Shard::newBuilder)).isEqualTo(SampleMesh.shards());
        assertThat(read(file, "config", ConfigDocument::newBuilder)).containsExactly(SampleMesh.config());
    }

    private static List<Message> read(Map<String, Object> file, String key, Supplier<Message.Builder> builders) {
        List<Message> records = new ArrayList<>();
        for (Object item : (List<?>) file.get(key)) {
            records.add(
                    SampleMesh.parse(builders.get(), new Gson().toJson(item)).build());
        }
        return records;
    }

    @Test
    void mesh_hasTheAnnouncedSize() {
        assertThat(SampleMesh.clusters()).hasSize(3);
        assertThat(SampleMesh.peers()).hasSize(200);
        assertThat(SampleMesh.shards()).hasSize(1_000);
    }

    @Test
    void records_ids_areUnique() {
        assertThat(SampleMesh.peers().stream().map(Peer::getId)).doesNotHaveDuplicates();
        assertThat(SampleMesh.shards().stream().map(shard -> shard.getNamespace() + "/" + shard.getShardId()))
                .doesNotHaveDuplicates();
        assertThat(SampleMesh.peers().stream().map(peer -> peer.getEndpoints(0).getAddress()))
                .doesNotHaveDuplicates();
    }

    @Test
    void records_references_exist() {
        Map<String, Cluster> clusters =
                SampleMesh.clusters().stream().collect(Collectors.toMap(Cluster::getId, Function.identity()));
        Map<String, Peer> peers =
                SampleMesh.peers().stream().collect(Collectors.toMap(Peer::getId, Function.identity()));

        assertThat(SampleMesh.clusters())
                .allSatisfy(each -> assertThat(clusters.keySet())
                        .containsAll(each.getFailoverPolicy().getTargetsList()));
        assertThat(SampleMesh.peers())
                .allSatisfy(peer -> assertThat(clusters.get(peer.getClusterId()).getRegion())
                        .isEqualTo(peer.getRegion()));
        assertThat(SampleMesh.shards()).allSatisfy(shard -> {
            assertThat(peers.get(shard.getOwnerNodeId()).getRole()).isEqualTo("worker");
            assertThat(peers.get(shard.getLeaderId()).getRole()).isEqualTo("coordinator");
            assertThat(peers.get(shard.getLeaderId()).getRegion())
                    .isEqualTo(peers.get(shard.getOwnerNodeId()).getRegion());
        });
    }

    @Test
    void clusters_exactlyOne_isActive() {
        assertThat(SampleMesh.clusters().stream().map(Cluster::getState))
                .containsExactly(
                        ClusterState.CLUSTER_STATE_ACTIVE,
                        ClusterState.CLUSTER_STATE_PASSIVE,
                        ClusterState.CLUSTER_STATE_PASSIVE);
    }

    @Test
    void everyWorker_ownsSomeShards() {
        List<String> workers = SampleMesh.peers().stream()
                .filter(peer -> peer.getRole().equals("worker"))
                .map(Peer::getId)
                .toList();

        assertThat(SampleMesh.shards().stream().map(Shard::getOwnerNodeId).distinct())
                .containsExactlyInAnyOrderElementsOf(workers);
    }
}
