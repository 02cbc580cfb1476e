package io.meshkit.raft;

import io.meshkit.storage.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Small files and directories that survive power loss, beside {@link DurableFiles}. */
final class Durable {
    private Durable() {}

    /** Replaces the file's content as a whole: after a crash it is the old or the new one. */
    static void replace(Path file, String content) throws IOException {
        Path temporary = DurableFiles.parentOf(file).resolve(file.getFileName() + ".tmp");
        Files.write(temporary, content.getBytes(StandardCharsets.UTF_8));
        DurableFiles.sync(temporary);
        DurableFiles.rename(temporary, file);
    }

    /** Creates the directory when missing, durably. Its parent must exist. */
    static void createDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory);
            DurableFiles.sync(DurableFiles.parentOf(directory));
        }
    }

    /** The directory's entries by name; none when it does not exist. */
    static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
