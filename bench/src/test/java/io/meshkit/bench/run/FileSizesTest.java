package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSizesTest {
    @TempDir
    Path root;

    @Test
    void of_fileWithSeveralNames_countsOnce() throws IOException {
        Path store = Files.createDirectories(root.resolve("store"));
        Path checkpoint = Files.createDirectories(root.resolve("snapshots/7"));
        Path table = Files.write(store.resolve("1.sst"), new byte[1_000]);
        Files.createLink(checkpoint.resolve("1.sst"), table);
        Files.createSymbolicLink(store.resolve("newest"), table);
        Files.write(store.resolve("2.sst"), new byte[30]);
        assertThat(FileSizes.of(root)).isEqualTo(1_030);
    }

    @Test
    void dataBytes_ofEachNode_emptyWhereThereIsNone() throws IOException {
        Files.write(Files.createDirectories(root.resolve("node-1/data")).resolve("log"), new byte[5]);
        LocalNodes.Node one = new LocalNodes.Node("node-1", 1);
        assertThat(new LocalNodes(root, List.of(one)).dataBytes()).containsExactly(5L);
        assertThat(new LocalNodes(root, List.of(one, new LocalNodes.Node("node-2", 2))).dataBytes())
                .isEmpty();
    }
}
