package io.meshkit.bench.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The nodes whose processes run on this machine, as {@code quorum up} lays them out: {@code <node>/pid} and
 * {@code <node>/server.yaml} beside the context file.
 *
 * @param directory of the quorum
 */
record LocalNodes(Path directory, List<Node> nodes) {

    record Node(String name, long pid) {}

    /** Those that are alive and whose command line names their configuration; an id may have been recycled. */
    static LocalNodes find(Path directory, List<String> names, ProcFiles proc) {
        List<Node> found = new ArrayList<>();
        for (String name : names) {
            Path files = directory.resolve(name);
            try {
                long pid = Long.parseLong(Files.readString(files.resolve("pid")).strip());
                String config = files.resolve("server.yaml").toString();
                String wanted = new String(config.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
                if (proc.commandLine(pid).contains(wanted)) {
                    found.add(new Node(name, pid));
                }
            } catch (IOException | NumberFormatException e) {
                // Not a node of this machine: its cost is then reported as unknown.
            }
        }
        return new LocalNodes(directory, List.copyOf(found));
    }

    /** Resident memory, in the order of the nodes. */
    List<Long> rssBytes(ProcFiles proc) {
        return nodes.stream().map(node -> proc.sizeBytes(node.pid, "VmRSS")).toList();
    }

    /** What the files of each node's data hold, in the order of the nodes; empty if they are not where they should be. */
    List<Long> dataBytes() throws IOException {
        List<Long> bytes = new ArrayList<>();
        for (Node node : nodes) {
            Path data = directory.resolve(node.name()).resolve("data");
            if (!Files.isDirectory(data)) {
                return List.of();
            }
            bytes.add(FileSizes.of(data));
        }
        return List.copyOf(bytes);
    }

    /** CPU time so far, in the order of the nodes. */
    List<Long> cpuNanos(ProcFiles proc) {
        return nodes.stream().map(node -> proc.cpuNanos(node.pid)).toList();
    }
}
