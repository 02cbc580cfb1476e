package io.meshkit.server.access;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.ErrorDetail;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts refused attempts, logs them at a bounded rate, and gathers them for the audit history: a flood of them must
 * not fill the disk.
 *
 * <p>Thread: any number.
 */
public final class Denials {
    private static final Logger LOG = LoggerFactory.getLogger(Denials.class);
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOGGED_PER_WINDOW = 20;

    private final MetricRegistry metrics;
    private final DenialBook book;
    private final Counter unrecorded;
    private final AtomicLong windowStart = new AtomicLong(System.nanoTime());
    private final AtomicLong inWindow = new AtomicLong();

    /** @param book gathers them for the audit history */
    public Denials(MetricRegistry metrics, DenialBook book) {
        this.metrics = metrics;
        this.book = book;
        this.unrecorded = metrics.counter("meshkit_access_denials_unrecorded_total");
    }

    /** Attempts of which the audit history does not tell, or not who made them. */
    public Counter unrecorded() {
        return unrecorded;
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
        if (!book.add(code, who, proof, what, refusal.getMessage())) {
            unrecorded.inc();
        }
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
