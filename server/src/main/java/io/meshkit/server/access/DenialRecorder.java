package io.meshkit.server.access;

import com.codahale.metrics.Counter;
import io.meshkit.api.RegistryException;
import io.meshkit.api.RequestIds;
import io.meshkit.domain.Commands;
import io.meshkit.v1.Command;
import io.meshkit.v1.CommandOutcome;
import io.meshkit.v1.DeniedAttempt;
import io.meshkit.v1.RecordDenialsRequest;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what this node has refused to the audit history: at most one command per interval, whatever comes.
 *
 * <p>A command whose fate is unknown is sent again under its own request id, so that nothing is told twice. Thread: its
 * own.
 */
public final class DenialRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DenialRecorder.class);
    private static final String PRINCIPAL = "meshkit:denials";
    private static final long SUBMIT_MS = 5_000;
    private static final long LAST_SUBMIT_MS = 1_000;

    private final DenialBook book;
    private final Log log;
    private final BooleanSupplier begun;
    private final Limits limits;
    private final Counter unrecorded;
    private final Thread thread;
    private @Nullable Command pending;
    private volatile boolean closed;

    /** The way to whoever leads. */
    @FunctionalInterface
    public interface Log {
        /** @throws RegistryException why there is no outcome */
        CommandOutcome submit(Command command, long deadlineMs);
    }

    /**
     * @param flushIntervalMs  between two commands, > 0
     * @param rowsPerFlushMax  rows of one command, 2–64
     */
    public record Limits(long flushIntervalMs, int rowsPerFlushMax) {}

    /**
     * @param begun      whether the registry has its first access records: they come before anything else
     * @param unrecorded counts attempts of which the history does not tell, or not who made them
     */
    public DenialRecorder(DenialBook book, Log log, BooleanSupplier begun, Limits limits, Counter unrecorded) {
        this.book = book;
        this.log = log;
        this.begun = begun;
        this.limits = limits;
        this.unrecorded = unrecorded;
        this.thread = Thread.ofPlatform().name("denials").daemon().unstarted(this::run);
    }

    public DenialRecorder start() {
        thread.start();
        return this;
    }

    private void run() {
        while (!closed) {
            try {
                Thread.sleep(limits.flushIntervalMs());
            } catch (InterruptedException e) {
                break;
            }
            flush(SUBMIT_MS);
        }
        flush(LAST_SUBMIT_MS);
        if (pending != null) {
            lose(pending.getRecordDenials(), "the node stops");
        }
    }

    /** One command at most. Thread: that of the recorder alone, or a test's. */
    void flush(long deadlineMs) {
        if (!begun.getAsBoolean()) {
            return;
        }
        if (pending == null) {
            List<DeniedAttempt> attempts = book.take(limits.rowsPerFlushMax());
            if (attempts.isEmpty()) {
                return;
            }
            pending = Commands.withRequestId(
                    Commands.ofSystem(
                            RecordDenialsRequest.newBuilder()
                                    .addAllAttempts(attempts)
                                    .build(),
                            PRINCIPAL),
                    RequestIds.next("denials"));
        }
        try {
            CommandOutcome outcome = log.submit(pending, deadlineMs);
            if (outcome.hasRejection()) {
                lose(pending.getRecordDenials(), outcome.getRejection().getMessage());
            }
            pending = null;
        } catch (RegistryException e) {
            LOG.debug("denied attempts have to wait: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("denied attempts have to wait", e);
        }
    }

    private void lose(RecordDenialsRequest request, String why) {
        long attempts = request.getAttemptsList().stream()
                .mapToLong(DeniedAttempt::getCount)
                .sum();
        unrecorded.inc(attempts);
        LOG.warn("{} denied attempts are not in the audit history: {}", attempts, why);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(SUBMIT_MS);
    }
}
