package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointManifestTest {
    @TempDir
    Path directory;

    private CheckpointManifest manifest;

    @BeforeEach
    void fill() throws IOException {
        Files.writeString(directory.resolve("CURRENT"), "MANIFEST-000005\n");
        Files.writeString(directory.resolve("000012.sst"), "rows");
        manifest = CheckpointManifest.of(directory);
    }

    @Test
    void writtenManifest_readsBackEqualAndVerifies() throws IOException {
        manifest.write(directory);
        CheckpointManifest read = CheckpointManifest.read(directory);
        assertThat(read).isEqualTo(manifest);
        assertThat(read.files()).extracting(CheckpointManifest.Entry::name).containsExactly("000012.sst", "CURRENT");
        assertThat(read.sizeBytes()).isEqualTo(20);
        read.verifyAndSync(directory);
    }

    @Test
    void changedByte_isFound() throws IOException {
        Files.writeString(directory.resolve("000012.sst"), "rowz");
        assertThatThrownBy(() -> manifest.verifyAndSync(directory)).hasMessageContaining("000012.sst has SHA-256");
    }

    @Test
    void shortFile_isFound() throws IOException {
        Files.writeString(directory.resolve("000012.sst"), "row");
        assertThatThrownBy(() -> manifest.verifyAndSync(directory)).hasMessageContaining("3 bytes instead of 4");
    }

    @Test
    void missingFile_isFound() throws IOException {
        Files.delete(directory.resolve("CURRENT"));
        assertThatThrownBy(() -> manifest.verifyAndSync(directory)).hasMessageContaining("missing");
    }

    @Test
    void extraFile_isFound() throws IOException {
        Files.writeString(directory.resolve("000013.sst"), "more");
        assertThatThrownBy(() -> manifest.verifyAndSync(directory)).hasMessageContaining("not part of");
    }

    @Test
    void namesThatLeaveTheDirectory_areRefused() {
        String sum = "0".repeat(64);
        for (String name : new String[] {"../x", "/etc/x", "a/b", "..", ".hidden"}) {
            assertThatThrownBy(() -> CheckpointManifest.parse(sum + " 1 " + name + "\n"))
                    .as(name)
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> CheckpointManifest.parse(sum + " 1 a\n" + sum + " 1 a\n"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> CheckpointManifest.parse("nonsense\n")).isInstanceOf(IOException.class);
    }
}
