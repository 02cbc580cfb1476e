package io.meshkit.server.bootstrap;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.pki.Fingerprints;
import io.omnirelay.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;

/** Authorities that are trusted for something; read at each use. Thread: any number. */
public final class Trust {
    private final Path file;

    private final String setting;

    /**
     * @param file    PEM of one or more CAs
     * @param setting that names it
     */
    public Trust(Path file, String setting) {
        this.file = file;
        this.setting = setting;
    }

    /** @throws RegistryException PRECONDITION_FAILED if the file cannot be read */
    String pem() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw cannot(e);
        }
    }

    /** Its certificates and nothing else, as PEM. */
    public String anchorPem() {
        return certificates().stream().map(Pem::encode).collect(Collectors.joining());
    }

    /** By which whoever joins knows them. */
    String anchorSha256() {
        return Fingerprints.sha256(certificates());
    }

    boolean contains(X509Certificate authority) {
        return certificates().contains(authority);
    }

    private List<X509Certificate> certificates() {
        try {
            return Pem.certificates(pem());
        } catch (CertificateException e) {
            throw cannot(e);
        }
    }

    private RegistryException cannot(Exception cause) {
        return RegistryException.of(
                ErrorCode.PRECONDITION_FAILED,
                "this node cannot read the authorities of " + setting,
                "check that file on that node",
                cause);
    }
}
