package io.meshkit.jepsen.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BitFlipTest {
    @TempDir
    Path directory;

    @Test
    void flip_changesOneBitOfOneFile() throws Exception {
        for (int seed = 0; seed < 50; seed++) {
            byte[] before = new byte[100];
            new Random(seed).nextBytes(before);
            Path file = Files.write(directory.resolve("log"), before);
            Files.write(directory.resolve("LOCK"), new byte[] {1});
            Files.write(directory.resolve("empty"), new byte[0]);

            String where = BitFlip.flip(directory, List.of("LOCK"), new Random(seed));

            byte[] after = Files.readAllBytes(file);
            int bits = 0;
            for (int i = 0; i < before.length; i++) {
                bits += Integer.bitCount((before[i] ^ after[i]) & 0xff);
            }
            assertThat(bits).isEqualTo(1);
            assertThat(where).startsWith("log byte ");
            assertThat(Files.readAllBytes(directory.resolve("LOCK"))).containsExactly(1);
        }
    }

    @Test
    void flip_nothingToFlip_isRefused() throws Exception {
        Files.write(directory.resolve("LOCK"), new byte[] {1});

        assertThatThrownBy(() -> BitFlip.flip(directory, List.of("LOCK"), new Random(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no file with content");
    }

    @Test
    void trees_copyEmptyDelete() throws Exception {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        Files.createDirectories(tree.resolve("a/b"));
        Files.writeString(tree.resolve("a/b/file"), "content");
        Path copy = directory.resolve("copy");

        Trees.copy(tree, copy);
        assertThat(copy.resolve("a/b/file")).hasContent("content");
        Trees.empty(copy);
        assertThat(copy).isEmptyDirectory();
        Trees.copy(tree, copy);
        assertThat(copy.resolve("a/b/file")).hasContent("content");
        Trees.delete(copy);
        Trees.delete(copy);
        assertThat(copy).doesNotExist();
        assertThat(tree.resolve("a/b/file")).exists();
    }
}
