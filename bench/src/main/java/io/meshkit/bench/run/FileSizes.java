package io.meshkit.bench.run;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds up what files hold: one that has several names, as in a checkpoint beside its store, counts once. */
final class FileSizes {
    private FileSizes() {}

    /** In bytes, of all files below a directory; files that go meanwhile may count or not. */
    static long of(Path directory) throws IOException {
        Adding adding = new Adding();
        Files.walkFileTree(directory, adding);
        return adding.bytes;
    }

    private static final class Adding extends SimpleFileVisitor<Path> {
        private final Set<Object> seen = new HashSet<>();
        private long bytes;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            Object key = attributes.fileKey();
            if (attributes.isRegularFile() && seen.add(key == null ? file : key)) {
                bytes += attributes.size();
            }
            return FileVisitResult.CONTINUE;
        }

        /** It was removed since its directory was read: nodes compact and purge while this looks. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}
