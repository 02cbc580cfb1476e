package io.omnirelay.transport.tls;

import io.omnirelay.transport.TlsMaterial;
import io.omnirelay.transport.TlsSource;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The context of a client, made anew when its source has changed; what cannot be used is said once and leaves the one
 * before in place. Thread: any.
 *
 * @param <T> the kind of context
 */
public final class ClientTls<T> implements Supplier<T> {
    private static final Logger LOG = LoggerFactory.getLogger(ClientTls.class);

    private final TlsSource source;
    private final Function<TlsMaterial, T> make;
    private TlsMaterial seen;
    private T context;
    private String problem = "";

    /** @throws IllegalArgumentException if the source cannot be read, or does not hold, to begin with */
    public ClientTls(TlsSource source, Function<TlsMaterial, T> make) {
        this.source = source;
        this.make = make;
        try {
            this.seen = source.current();
        } catch (IOException e) {
            throw new IllegalArgumentException("The TLS material of the client cannot be read: " + e.getMessage(), e);
        }
        this.context = make.apply(seen);
    }

    /** The context for a connection that begins now. */
    @Override
    public synchronized T get() {
        try {
            TlsMaterial now = source.current();
            if (!now.equals(seen)) {
                context = make.apply(now);
                seen = now;
                LOG.info("the client's TLS material has changed; new connections use it");
            }
            problem = "";
        } catch (IOException | IllegalArgumentException e) {
            String again = String.valueOf(e.getMessage());
            if (!again.equals(problem)) {
                problem = again;
                LOG.warn("the client's TLS material cannot be used, the one before still is: {}", again);
            }
        }
        return context;
    }
}
