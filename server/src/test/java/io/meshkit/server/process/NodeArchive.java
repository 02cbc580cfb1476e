package io.meshkit.server.process;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The classes of a node, loaded and verified once for all nodes that tests start: half of a start's processor time.
 *
 * <p>Made by the first node of a test run, which does nothing else, and written again when a jar has changed. The JVM
 * itself compares the archive with its jars; one that does not fit is not used. Thread: any number.
 */
final class NodeArchive {
    private static final Path FILE = Path.of("target", "node-classes.jsa").toAbsolutePath();

    private NodeArchive() {}

    private static final class Made {
        private static final List<String> FLAGS = make();
    }

    /** What a node is to be started with: its class path, and the archive if there can be one. */
    static List<String> flags() {
        return Made.FLAGS;
    }

    private static List<String> make() {
        String whole = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> jars = Stream.of(whole.split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .toList();
        boolean packaged = jars.stream().anyMatch(jar -> jar.contains("meshkit-server"));
        if (!packaged) {
            return List.of("-cp", whole); // Run from directories of classes, which no archive can hold.
        }
        List<String> path = List.of("-cp", String.join(File.pathSeparator, jars));
        List<String> shared =
                new ArrayList<>(List.of("-XX:SharedArchiveFile=" + FILE, "-Xshare:auto", "-Xlog:cds=off"));
        shared.addAll(path);
        try {
            makeOnce(jars, path);
            return List.copyOf(shared);
        } catch (IOException | AssertionError e) {
            System.err.println("nodes start without an archive of their classes: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return path;
    }

    /** The forks of a test run make it once: the others wait for the first. */
    private static void makeOnce(List<String> jars, List<String> path) throws IOException, InterruptedException {
        try (FileChannel lock = FileChannel.open(
                        FILE.resolveSibling("node-classes.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock.lock()) {
            if (held.isValid() && !isNewerThan(jars)) {
                train(path);
            }
        }
    }

    private static boolean isNewerThan(List<String> jars) throws IOException {
        if (!Files.exists(FILE)) {
            return false;
        }
        for (String jar : jars) {
            if (Files.getLastModifiedTime(Path.of(jar)).compareTo(Files.getLastModifiedTime(FILE)) > 0) {
                return false;
            }
        }
        return true;
    }

    /** A quorum of one node that leads, answers and stops, and writes the archive as it ends. */
    private static void train(List<String> path) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("node-archive");
        Path unfinished = FILE.resolveSibling("node-classes.jsa.unfinished");
        QuorumFiles files = QuorumFiles.create(directory, 1, Map.of());
        List<String> flags = new ArrayList<>(List.of("-XX:ArchiveClassesAtExit=" + unfinished, "-Xlog:cds=off"));
        flags.addAll(path);
        try (TestQuorum quorum = TestQuorum.start(files, flags)) {
            quorum.process("node-1").terminate();
        }
        Files.move(unfinished, FILE, StandardCopyOption.ATOMIC_MOVE);
    }
}
