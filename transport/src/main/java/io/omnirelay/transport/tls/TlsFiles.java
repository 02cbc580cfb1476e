package io.omnirelay.transport.tls;

import io.omnirelay.transport.ServerTls;
import io.omnirelay.transport.TlsMaterial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files of a server. Symbolic links are followed at every reading, so that a link which is swapped is seen.
 *
 * @param ca null: no client certificates
 */
public record TlsFiles(Path certificate, Path key, @Nullable Path ca, List<Named> named) {
    /** An additional certificate. */
    public record Named(Path certificate, Path key) {}

    public TlsFiles {
        named = List.copyOf(named);
    }

    /** @throws IOException if one cannot be read */
    public ServerTls read() throws IOException {
        List<TlsMaterial> more = new ArrayList<>();
        for (Named each : named) {
            more.add(TlsMaterial.fromFiles(each.certificate(), each.key(), null));
        }
        return new ServerTls(TlsMaterial.fromFiles(certificate, key, ca), more);
    }
}
