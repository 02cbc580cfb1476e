package io.meshkit.server.bootstrap;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** By what the registry's servers are known; read at each use. Thread: any number. */
public final class Trust {
    private final Path file;

    /** @param file PEM of one or more CAs; the first one is that of the servers */
    public Trust(Path file) {
        this.file = file;
    }

    /** @throws RegistryException PRECONDITION_FAILED if the file cannot be read */
    String pem() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw cannot(e);
        }
    }

    /** The first certificate, as PEM. */
    public String anchorPem() {
        try {
            return Pem.encode(Pem.certificate(pem()));
        } catch (GeneralSecurityException e) {
            throw cannot(e);
        }
    }

    /** SHA-256 of the first certificate in DER, in hex. */
    String anchorSha256() {
        try {
            byte[] der = Pem.certificate(pem()).getEncoded();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        } catch (GeneralSecurityException e) {
            throw cannot(e);
        }
    }

    private static RegistryException cannot(Exception cause) {
        return RegistryException.of(
                ErrorCode.PRECONDITION_FAILED,
                "this node cannot read by what its servers are known",
                "check the file of bootstrap.server-trust on that node",
                cause);
    }
}
