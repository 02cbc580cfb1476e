package io.omnirelay.transport.tls;

import io.omnirelay.pki.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A server's PEM files in a directory of a test. */
final class PemFiles {
    final Path directory;

    PemFiles(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    PemFiles put(Credential own, String ca) throws IOException {
        Files.writeString(directory.resolve("tls.crt"), own.certificatePem());
        Files.writeString(directory.resolve("tls.key"), own.privateKeyPem());
        Files.writeString(directory.resolve("ca.crt"), ca);
        return this;
    }

    static TlsFiles in(Path directory) {
        return new TlsFiles(
                directory.resolve("tls.crt"),
                directory.resolve("tls.key"),
                directory.resolve("ca.crt"),
                java.util.List.of());
    }

    TlsFiles files() {
        return in(directory);
    }
}
