package io.meshkit.jepsen.run;

import io.meshkit.jepsen.cluster.Cluster;
import io.meshkit.jepsen.cluster.Node;
import io.meshkit.jepsen.disk.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** What is kept of the nodes: their logs, beside the history. */
final class Remains {
    /** The directory of the nodes, in that of the run. */
    static final String QUORUM = "quorum";

    private Remains() {}

    /** Deletes the nodes' files. */
    static void dropQuorum(Path out) throws IOException {
        Trees.delete(out.resolve(QUORUM));
    }

    /** Copies the logs of every node to {@code logs/<node>/}. */
    static void keepLogs(Cluster cluster, Path out) throws IOException {
        for (Node node : cluster.everyone()) {
            Path from = node.directory().resolve("log");
            Path to = Files.createDirectories(out.resolve("logs").resolve(node.id()));
            if (!Files.isDirectory(from)) {
                continue;
            }
            List<Path> logs;
            try (Stream<Path> files = Files.list(from)) {
                logs = files.filter(Files::isRegularFile).sorted().toList();
            }
            for (Path log : logs) {
                Files.copy(log, to.resolve(log.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
