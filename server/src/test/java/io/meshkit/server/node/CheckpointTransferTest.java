package io.meshkit.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.meshkit.internal.v1.CheckpointPart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTransferTest {
    @TempDir
    Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<CheckpointPart> parts(String path, String... chunks) {
        List<CheckpointPart> parts = new ArrayList<>();
        MessageDigest content = Sha256.start();
        MessageDigest manifest = Sha256.start();
        int size = String.join("", chunks).length();
        parts.add(CheckpointPart.newBuilder()
                .setBegin(CheckpointPart.FileBegin.newBuilder().setPath(path).setSizeBytes(size))
                .build());
        for (String chunk : chunks) {
            content.update(bytes(chunk));
            parts.add(CheckpointPart.newBuilder()
                    .setData(ByteString.copyFromUtf8(chunk))
                    .build());
        }
        byte[] hash = content.digest();
        parts.add(CheckpointPart.newBuilder()
                .setEnd(CheckpointPart.FileEnd.newBuilder().setSha256(ByteString.copyFrom(hash)))
                .build());
        manifest.update(bytes(path));
        manifest.update(hash);
        parts.add(CheckpointPart.newBuilder()
                .setManifest(CheckpointPart.Manifest.newBuilder()
                        .setFiles(1)
                        .setSizeBytes(size)
                        .setSha256(ByteString.copyFrom(manifest.digest())))
                .build());
        return parts;
    }

    private void receive(List<CheckpointPart> parts) throws IOException {
        new CheckpointReceiver(directory).receive(parts.iterator());
    }

    private void assertRefused(List<CheckpointPart> parts, String reason) {
        assertThatThrownBy(() -> receive(parts)).isInstanceOf(IOException.class).hasMessageContaining(reason);
    }

    private static List<CheckpointPart> changed(int index, UnaryOperator<CheckpointPart.Builder> change) {
        List<CheckpointPart> parts = parts("000012.sst", "some ", "rows");
        parts.set(index, change.apply(parts.get(index).toBuilder()).build());
        return parts;
    }

    @Test
    void receive_whole_writesTheFiles() throws IOException {
        receive(parts("sub/000012.sst", "some ", "rows"));

        assertThat(directory.resolve("sub/000012.sst")).hasContent("some rows");
    }

    @Test
    void receive_flippedBit_isRefused() {
        assertRefused(changed(2, part -> part.setData(ByteString.copyFromUtf8("rowt"))), "SHA-256");
    }

    @Test
    void receive_missingOrRepeatedChunk_isRefused() {
        List<CheckpointPart> missing = parts("f", "some ", "rows");
        missing.remove(1);
        assertRefused(missing, "size");
        List<CheckpointPart> repeated = parts("g", "some ", "rows");
        repeated.add(1, repeated.get(1));
        assertRefused(repeated, "size");
    }

    @Test
    void receive_cutOff_isRefused() {
        List<CheckpointPart> parts = parts("f", "some ", "rows");

        assertRefused(parts.subList(0, 2), "ended before the manifest");
        assertRefused(List.of(), "ended before the manifest");
    }

    @Test
    void receive_missingFile_isRefused() {
        List<CheckpointPart> parts = parts("f", "rows");

        assertRefused(List.of(parts.getLast()), "manifest");
    }

    @Test
    void receive_pathThatLeadsOutside_isRefusedAndWritesNothing() {
        assertRefused(parts("../stolen", "rows"), "outside");
        assertRefused(parts("/tmp/stolen-" + System.nanoTime(), "rows"), "outside");
        assertRefused(parts(".", "rows"), "outside");
        assertThat(Files.exists(directory.resolveSibling("stolen"))).isFalse();
    }

    @Test
    void receive_partOfAnotherVersion_isRefused() {
        assertRefused(List.of(CheckpointPart.getDefaultInstance()), "does not know");
    }

    @Test
    void receive_dataAfterTheManifest_isRefused() {
        List<CheckpointPart> parts = parts("f", "rows");
        parts.add(parts.getFirst());

        assertRefused(parts, "after the manifest");
    }
}
