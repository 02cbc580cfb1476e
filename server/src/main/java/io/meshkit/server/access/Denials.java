package io.meshkit.server.access;

import com.codahale.metrics.MetricRegistry;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts refused attempts, and logs them at a bounded rate: a flood of them must not fill the disk.
 *
 * <p>Thread: any number.
 */
public final class Denials {
    private static final Logger LOG = LoggerFactory.getLogger(Denials.class);
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOGGED_PER_WINDOW = 20;

    private final MetricRegistry metrics;
    private final AtomicLong windowStart = new AtomicLong(System.nanoTime());
    private final AtomicLong inWindow = new AtomicLong();

    public Denials(MetricRegistry metrics) {
        this.metrics = metrics;
    }

    /**
     * @param who   the principal, or what is known of the caller
     * @param proof what it authenticated by, as in audit entries
     * @param what  the verb or path
     * @return the error, to be thrown
     */
    public RegistryException deny(ErrorDetail refusal, String who, String proof, String what) {
        note(refusal, who, proof, what);
        return new RegistryException(refusal);
    }

    /** Counts and logs a refusal that somebody else throws. */
    public void note(ErrorDetail refusal, String who, String proof, String what) {
        ErrorCode code = ErrorCode.ofName(refusal.getCode());
        metrics.counter("meshkit_access_denied_total{code=\"" + code.name() + "\"}")
                .inc();
        log(code, who, what, refusal.getMessage());
    }

    private void log(ErrorCode code, String who, String what, String message) {
        long now = System.nanoTime();
        long start = windowStart.get();
        if (now - start > WINDOW_NANOS && windowStart.compareAndSet(start, now)) {
            long skipped = inWindow.getAndSet(0) - LOGGED_PER_WINDOW;
            if (skipped > 0) {
                LOG.warn("{} more denied attempts were not logged", skipped);
            }
        }
        if (inWindow.incrementAndGet() <= LOGGED_PER_WINDOW) {
            LOG.warn("denied {}: {} to {}: {}", code, who, what, message);
        }
    }
}
