package io.meshkit.client;

import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.TlsSource;
import java.io.IOException;

/**
 * A client's TLS files, read again for each connection, so that they can be replaced while it runs. While one cannot be
 * read, what was read last counts. Thread-safe.
 */
final class TlsFilesAgain implements TlsSource {
    private final TlsSource files;
    private volatile TlsMaterial last;

    /** @throws IOException if one cannot be read now */
    TlsFilesAgain(Security security) throws IOException {
        this.files = TlsSource.files(security.certificate(), security.key(), security.ca());
        this.last = files.current();
    }

    @Override
    public TlsMaterial current() {
        try {
            last = files.current();
        } catch (IOException e) {
            // As documented: a file that is away for a moment must not cost a connection.
        }
        return last;
    }
}
