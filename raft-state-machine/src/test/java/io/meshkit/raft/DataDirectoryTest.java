package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private static final UUID CLUSTER = UUID.fromString("00000000-0000-4000-8000-000000000001");
    private static final UUID OTHER_CLUSTER = UUID.fromString("00000000-0000-4000-8000-000000000002");

    @TempDir
    Path directory;

    @Test
    void firstStart_formatsAndLaterStartsRecover() throws Exception {
        open(CLUSTER, "node-1").close();
        assertThat(Identity.read(directory))
                .contains(new Identity(CLUSTER, new NodeId("node-1"), Identity.Phase.READY));
        Map<String, String> before = contents();
        open(CLUSTER, "node-1").close();
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void directoryOfAnotherCluster_isRefused() throws Exception {
        open(CLUSTER, "node-1").close();
        requireRefused(OTHER_CLUSTER, "node-1", "belongs to cluster");
    }

    @Test
    void directoryOfAnotherNode_isRefused() throws Exception {
        open(CLUSTER, "node-1").close();
        requireRefused(CLUSTER, "node-2", "belongs to node");
    }

    @Test
    void logWithoutIdentity_isRefused() throws Exception {
        open(CLUSTER, "node-1").close();
        Files.delete(directory.resolve(Identity.FILE));
        requireRefused(CLUSTER, "node-1", "no file 'identity'");
    }

    @Test
    void identityWithoutLog_isAmnesiaAndIsRefused() throws Exception {
        open(CLUSTER, "node-1").close();
        DurableFiles.deleteTree(directory.resolve("raft"));
        requireRefused(CLUSTER, "node-1", "does not know any more");
    }

    @Test
    void damagedOrForeignIdentity_isRefused() throws Exception {
        open(CLUSTER, "node-1").close();
        Files.writeString(directory.resolve(Identity.FILE), "format=1\ncluster=nonsense\n");
        requireRefused(CLUSTER, "node-1", "damaged");
        Files.writeString(directory.resolve(Identity.FILE), "format=99\n");
        requireRefused(CLUSTER, "node-1", "format 99");
    }

    @Test
    void firstStartCutOff_isDoneAgain() throws Exception {
        open(CLUSTER, "node-1").close();
        new Identity(CLUSTER, new NodeId("node-1"), Identity.Phase.FORMATTING).write(directory);
        DurableFiles.deleteTree(directory.resolve("raft").resolve(CLUSTER.toString()));
        open(CLUSTER, "node-1").close();
        assertThat(Identity.read(directory).orElseThrow().phase()).isEqualTo(Identity.Phase.READY);
        assertThat(directory.resolve("raft/" + CLUSTER + "/current/raft-meta")).isRegularFile();
    }

    @Test
    void wipedDirectoryOfAMemberThatIsNotNew_isRefused() throws Exception {
        ReplicaConfig config = config(CLUSTER, "node-1", directory).withFormatWhenEmpty(false);
        assertThatThrownBy(() -> DataDirectory.open(config, RatisSettings.properties(config)))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("is not new");
        open(CLUSTER, "node-1").close();
        DataDirectory.open(config, RatisSettings.properties(config)).close();
    }

    @Test
    void directoryInUse_isRefused() throws Exception {
        try (DataDirectory taken = open(CLUSTER, "node-1")) {
            requireRefused(CLUSTER, "node-1", "in use");
        }
        open(CLUSTER, "node-1").close();
    }

    @Test
    void missingDirectory_isRefused() {
        assertThatThrownBy(() -> open(CLUSTER, "node-1", directory.resolve("nowhere")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("does not exist");
    }

    private void requireRefused(UUID cluster, String node, String message) throws IOException {
        Map<String, String> before = contents();
        assertThatThrownBy(() -> open(cluster, node))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(((StartupException) e).hint()).isNotBlank());
        assertThat(contents()).isEqualTo(before);
    }

    private DataDirectory open(UUID cluster, String node) throws Exception {
        return open(cluster, node, directory);
    }

    private static DataDirectory open(UUID cluster, String node, Path where) throws Exception {
        ReplicaConfig config = config(cluster, node, where);
        return DataDirectory.open(config, RatisSettings.properties(config));
    }

    private static ReplicaConfig config(UUID cluster, String node, Path where) {
        return new ReplicaConfig(
                new NodeId(node),
                cluster,
                List.of(Member.voter(new NodeId(node), "127.0.0.1", 1)),
                where,
                true,
                false,
                true,
                Optional.empty(),
                RaftTimeouts.defaults(),
                new RaftLimits(1000, 4, 2000, 2, 10, 5000, 4 << 20, 0),
                SnapshotPolicy.defaults());
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(directory.relativize(file).toString(), Files.readString(file));
            }
        }
        return contents;
    }
}
