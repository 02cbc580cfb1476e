package io.omnirelay.transport.tls;

import io.omnirelay.transport.ServerTls;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One set of files of a {@link TlsWatcher}. Thread: any; one step at a time. */
public final class WatchedTls {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedTls.class);

    private final String name;
    private final TlsFiles files;
    private final boolean underTheirOwnCa;
    private final TlsWatcher.Target target;
    private final InstantSource clock;
    private final Object lock = new Object();

    private ServerTls used;
    private Instant usedSince;
    private List<CertificateState> certificates;
    private @Nullable ServerTls lookedAt;
    private @Nullable String problem;
    private long reloads;
    private long failures;

    WatchedTls(String name, TlsFiles files, boolean underTheirOwnCa, TlsWatcher.Target target, InstantSource clock)
            throws IOException {
        this.name = name;
        this.files = files;
        this.underTheirOwnCa = underTheirOwnCa;
        this.target = target;
        this.clock = clock;
        ServerTls first = files.read();
        target.use(first);
        this.used = first;
        this.usedSince = clock.instant();
        this.certificates = CertificateChecks.describe(first);
        List<String> problems = CertificateChecks.problems(first, null, underTheirOwnCa, usedSince);
        if (!problems.isEmpty()) {
            // Not the end: the other endpoints of the process may be all the better.
            LOG.error("TLS certificates of {}: {}", name, String.join("; ", problems));
            problem = String.join("; ", problems);
        }
    }

    /**
     * What is in use, and how it came to be.
     *
     * @param name         of the endpoint
     * @param usedSince    of the certificates
     * @param reloads      successful ones since the start
     * @param failures     refused changes since the start, each content once
     * @param problem      why what the files hold now is not used, or not good; null if nothing is wrong
     */
    public record Status(
            String name,
            Instant usedSince,
            List<CertificateState> certificates,
            long reloads,
            long failures,
            @Nullable String problem) {
        public Status {
            certificates = List.copyOf(certificates);
        }

        /** When the first of its own certificates ends. */
        public Instant expiry() {
            return certificates.stream()
                    .filter(each -> !each.use().equals("ca"))
                    .map(CertificateState::notAfter)
                    .min(Instant::compareTo)
                    .orElse(Instant.MAX);
        }

        /** How long its own certificates still hold; negative after that. */
        public Duration remaining(Instant now) {
            return Duration.between(now, expiry());
        }
    }

    public Status status() {
        synchronized (lock) {
            return new Status(name, usedSince, certificates, reloads, failures, problem);
        }
    }

    /** Uses a change that two looks have found. */
    void look() {
        synchronized (lock) {
            ServerTls now = read();
            if (now == null) {
                return;
            }
            if (now.equals(lookedAt)) {
                use(now);
            }
            lookedAt = now;
        }
    }

    /** Uses a change at once. */
    void reload() {
        synchronized (lock) {
            ServerTls now = read();
            if (now != null) {
                lookedAt = now;
                use(now);
            }
        }
    }

    private @Nullable ServerTls read() {
        try {
            return files.read();
        } catch (IOException | IllegalArgumentException e) {
            lookedAt = null;
            refuse("a file cannot be read: " + e.getMessage());
            return null;
        }
    }

    private void use(ServerTls now) {
        if (now.equals(used)) {
            if (failures > 0 && problem != null) {
                LOG.info("TLS certificates of {}: the files hold again what is in use", name);
                problem = null;
            }
            return;
        }
        List<String> problems = CertificateChecks.problems(now, used, underTheirOwnCa, clock.instant());
        if (!problems.isEmpty()) {
            refuse(String.join("; ", problems));
            return;
        }
        try {
            target.use(now);
        } catch (IllegalArgumentException e) {
            refuse(String.valueOf(e.getMessage()));
            return;
        }
        used = now;
        usedSince = clock.instant();
        certificates = CertificateChecks.describe(now);
        problem = null;
        reloads++;
        Status status = status();
        LOG.info(
                "TLS certificates of {} reloaded: {}, valid until {}",
                name,
                status.certificates().get(0).subject(),
                status.expiry());
    }

    private void refuse(String why) {
        if (why.equals(problem)) {
            return;
        }
        problem = why;
        failures++;
        LOG.error("TLS certificates of {} NOT reloaded, those since {} stay in use: {}", name, usedSince, why);
    }
}
