package io.meshkit.client;

import io.omnirelay.pki.CertificateAuthority;
import io.omnirelay.pki.CertificateRequest;
import io.omnirelay.pki.Credential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A CA and one server certificate for the loopback, written to a directory. */
record TestTls(Path ca, Path certificate, Path key) {

    static TestTls create(Path directory) {
        CertificateAuthority authority = CertificateAuthority.create("test ca", Duration.ofHours(1));
        Credential server =
                authority.issue(CertificateRequest.forServer("node", List.of("127.0.0.1"), null, Duration.ofHours(1)));
        try {
            return new TestTls(
                    Files.writeString(
                            directory.resolve("ca.pem"), authority.root().certificatePem()),
                    Files.writeString(directory.resolve("server.pem"), server.certificatePem()),
                    Files.writeString(directory.resolve("server.key"), server.privateKeyPem()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
