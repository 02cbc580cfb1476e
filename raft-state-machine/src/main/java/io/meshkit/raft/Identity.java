package io.meshkit.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Whose data a directory holds.
 *
 * <p>A member that has lost its log must not vote again under its old name: it could elect a leader that lacks
 * acknowledged entries. Ratis formats a missing directory silently; this file tells the first start from a loss.
 *
 * @param phase FORMATTING until Ratis's directory is whole: in that phase nothing has been promised to anybody
 */
record Identity(UUID clusterId, NodeId node, Phase phase) {
    static final String FILE = "identity";

    /** The layout of the data directory. */
    static final int FORMAT = 1;

    enum Phase {
        FORMATTING,
        READY
    }

    /** The identity in the directory, if there is one. */
    static Optional<Identity> read(Path directory) throws StartupException, IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                fields.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        String format = fields.getOrDefault("format", "none");
        if (!format.equals(Integer.toString(FORMAT))) {
            throw new StartupException(
                    file + " has format " + format + ", this version knows " + FORMAT,
                    "start it with the version that wrote it, or a newer one");
        }
        try {
            return Optional.of(new Identity(
                    UUID.fromString(fields.getOrDefault("cluster", "")),
                    new NodeId(fields.getOrDefault("node", "")),
                    Phase.valueOf(fields.getOrDefault("phase", "").toUpperCase(Locale.ROOT))));
        } catch (IllegalArgumentException e) {
            throw new StartupException(
                    file + " is damaged", "restore the directory, or wipe it and rejoin under a new node id", e);
        }
    }

    /** Writes it durably. */
    void write(Path directory) throws IOException {
        Durable.replace(
                directory.resolve(FILE),
                "format=" + FORMAT + "\ncluster=" + clusterId + "\nnode=" + node + "\nphase="
                        + phase.name().toLowerCase(Locale.ROOT) + "\n");
    }
}
