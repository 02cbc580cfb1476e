package io.meshkit.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Configuration files for tests. */
final class ConfigFiles {
    /** Only what has no default. */
    static final String MINIMAL = """
        cluster: {id: 6f1c2a3e-9a77-4c8e-a1c5-0d2b6f7e8a90}
        node: {id: node-1, data-dir: data}
        members:
          - {node: node-1, host: 127.0.0.1}
        tls:
          client: {certificate: tls/server.pem, key: tls/server.key, ca: tls/ca.pem}
          raft: {certificate: tls/raft.pem, key: tls/raft.key, ca: tls/raft-ca.pem}
        access: {file: access.yaml}
        """;

    private ConfigFiles() {}

    static Path write(Path directory, String document) throws IOException {
        return Files.writeString(directory.resolve("registry.yaml"), document);
    }
}
