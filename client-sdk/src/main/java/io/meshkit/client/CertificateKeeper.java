package io.meshkit.client;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Keeps the certificate of a directory good for as long as it is open: renews it between 60 % and 73 % of its life, at
 * random, so that workloads that joined together renew one by one. What fails is tried again, more often the nearer the
 * end. It ends by itself when the registry refuses to renew: then only another join helps.
 *
 * <p>Clients that use the directory show the new certificate on connections that begin after that; tell each by
 * {@link MeshKitClient#reconnect} in {@link Listener#renewed}, before the old one expires. Thread-safe.
 */
public final class CertificateKeeper implements AutoCloseable {
    static final double RENEW_FROM = 0.60;
    static final double RENEW_SPREAD = 0.13;
    static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    static final Duration PAUSE_MAX = Duration.ofMinutes(1);
    /** Clocks are set: it looks again after that, however far the time is. */
    static final Duration LOOK = Duration.ofHours(1);

    private static final int TRIES_IN_THE_REST = 20;

    private final Subject subject;
    private final Listener listener;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final Timer timer;
    private final AutoCloseable thread;
    private Instant due;

    /** Is told what becomes of the certificate, one call at a time; must not throw. */
    public interface Listener {
        /** The files hold the new one. */
        default void renewed(JoinedIdentity identity) {}

        /** It was not renewed. @param last it is not tried again */
        default void failed(RegistryException why, boolean last) {}
    }

    /** What is renewed. */
    interface Subject {
        /** When so much of its life is over. @param share 0–1 */
        Instant after(double share);

        JoinedIdentity renew() throws IOException;
    }

    /** Runs a task once, after a time. */
    @FunctionalInterface
    interface Timer {
        void after(Duration time, Runnable task);
    }

    CertificateKeeper(
            Subject subject,
            Listener listener,
            InstantSource clock,
            DoubleSupplier random,
            Timer timer,
            AutoCloseable thread) {
        this.subject = subject;
        this.listener = listener;
        this.clock = clock;
        this.random = random;
        this.timer = timer;
        this.thread = thread;
        this.due = draw();
        timer.after(Duration.ZERO, this::look);
    }

    /**
     * Begins.
     *
     * @param directory as {@link JoinedIdentity#writeTo} makes it
     * @throws RegistryException INVALID_REQUEST if it holds no certificate
     */
    public static CertificateKeeper start(Path directory, Listener listener) {
        Renewer renewer = new Renewer(directory);
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "meshkit-certificate");
            thread.setDaemon(true);
            return thread;
        });
        try {
            return new CertificateKeeper(
                    new Subject() {
                        @Override
                        public Instant after(double share) {
                            return renewer.after(share);
                        }

                        @Override
                        public JoinedIdentity renew() throws IOException {
                            return renewer.renew(null);
                        }
                    },
                    listener,
                    InstantSource.system(),
                    () -> ThreadLocalRandom.current().nextDouble(),
                    (time, task) -> {
                        try {
                            executor.schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
                        } catch (RejectedExecutionException closed) {
                            // Nobody wants it kept any more.
                        }
                    },
                    executor::shutdownNow);
        } catch (RegistryException e) {
            executor.shutdownNow();
            throw e;
        }
    }

    private Instant draw() {
        return subject.after(RENEW_FROM + RENEW_SPREAD * random.getAsDouble());
    }

    private void look() {
        Duration left = Duration.between(clock.instant(), due);
        if (left.compareTo(Duration.ZERO) > 0) {
            timer.after(left.compareTo(LOOK) < 0 ? left : LOOK, this::look);
            return;
        }
        try {
            JoinedIdentity renewed = subject.renew();
            due = draw();
            listener.renewed(renewed);
            timer.after(Duration.ZERO, this::look);
        } catch (RegistryException e) {
            boolean last = e.code() == ErrorCode.UNAUTHENTICATED || e.code() == ErrorCode.FORBIDDEN;
            failed(e, last);
        } catch (IOException e) {
            failed(
                    RegistryException.of(
                            ErrorCode.INTERNAL,
                            "the renewed certificate cannot be written: " + e.getMessage(),
                            "make room in the directory, and let it be written to",
                            e),
                    false);
        }
    }

    private void failed(RegistryException why, boolean last) {
        listener.failed(why, last);
        if (!last) {
            timer.after(pause(), this::look);
        }
    }

    private Duration pause() {
        Duration rest = Duration.between(clock.instant(), subject.after(1)).dividedBy(TRIES_IN_THE_REST);
        Duration pause = rest.compareTo(PAUSE_MAX) < 0 ? rest : PAUSE_MAX;
        return pause.compareTo(PAUSE_MIN) > 0 ? pause : PAUSE_MIN;
    }

    /** Renews no more; what is under way may end. */
    @Override
    public void close() {
        try {
            thread.close();
        } catch (Exception e) {
            throw new IllegalStateException("the thread cannot be ended", e);
        }
    }
}
