package io.meshkit.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.JoinResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateKeeperTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIFE = Duration.ofHours(10);

    private final List<String> told = new ArrayList<>();
    private final Deque<Exception> failures = new ArrayDeque<>();
    private Instant now = START;
    private Instant issued = START;
    private Duration pause;
    private Runnable next;
    private double random;

    /** A certificate of ten hours; a renewal fails as often as {@link #failures} says. */
    private final CertificateKeeper.Subject subject = new CertificateKeeper.Subject() {
        @Override
        public Instant after(double share) {
            return issued.plusMillis((long) (LIFE.toMillis() * share));
        }

        @Override
        public JoinedIdentity renew() throws IOException {
            Exception failure = failures.poll();
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RegistryException e) {
                throw e;
            }
            issued = now;
            return new JoinedIdentity(Pkcs10.newKeys(), JoinResponse.getDefaultInstance());
        }
    };

    private final CertificateKeeper.Listener listener = new CertificateKeeper.Listener() {
        @Override
        public void renewed(JoinedIdentity identity) {
            told.add("renewed after " + Duration.between(START, now));
        }

        @Override
        public void failed(RegistryException why, boolean last) {
            told.add(why.code() + (last ? ", the last" : ""));
        }
    };

    private CertificateKeeper start() {
        return new CertificateKeeper(
                subject,
                listener,
                () -> now,
                () -> random,
                (time, task) -> {
                    pause = time;
                    next = task;
                },
                () -> next = null);
    }

    /** What was scheduled happens. */
    private void step() {
        Runnable task = next;
        next = null;
        now = now.plus(pause);
        task.run();
    }

    private void runUntil(Instant end) {
        while (next != null && !now.plus(pause).isAfter(end)) {
            step();
        }
    }

    private static RegistryException refusal(ErrorCode code) {
        return RegistryException.of(code, "refused", "");
    }

    @Test
    void certificate_isRenewedInTime_again() {
        try (CertificateKeeper keeper = start()) {
            runUntil(START.plus(Duration.ofHours(13)));

            assertThat(told).containsExactly("renewed after PT6H", "renewed after PT12H");
        }
        assertThat(next).as("after the end").isNull();
    }

    @Test
    void time_isDrawnWithinBounds() {
        random = 1;
        start();
        runUntil(START.plus(Duration.ofHours(8)));

        assertThat(told).containsExactly("renewed after PT7H18M");
    }

    @Test
    void clock_isLookedAtEveryHour() {
        start();
        step();
        assertThat(pause).isEqualTo(CertificateKeeper.LOOK);
        now = now.plus(Duration.ofHours(9));
        step();

        assertThat(told).hasSize(1);
    }

    @Test
    void failure_isTriedAgain_moreOftenNearTheEnd() {
        failures.add(refusal(ErrorCode.NO_QUORUM));
        failures.add(new IOException("no space"));
        start();
        runUntil(START.plus(Duration.ofHours(6)));
        assertThat(told).containsExactly("NO_QUORUM");
        assertThat(pause).isEqualTo(CertificateKeeper.PAUSE_MAX);
        now = START.plus(LIFE).minusSeconds(70);
        step();
        assertThat(told).containsExactly("NO_QUORUM", "INTERNAL");
        assertThat(pause).isEqualTo(CertificateKeeper.PAUSE_MIN);
        step();

        assertThat(told).hasSize(3);
        assertThat(told.get(2)).startsWith("renewed");
    }

    @Test
    void refusal_isTheEnd() {
        for (ErrorCode code : List.of(ErrorCode.UNAUTHENTICATED, ErrorCode.FORBIDDEN)) {
            told.clear();
            now = START;
            issued = START;
            failures.add(refusal(code));
            start();
            runUntil(START.plus(LIFE));

            assertThat(told).containsExactly(code + ", the last");
            assertThat(next).isNull();
        }
    }

    @Test
    void start_withoutACertificate_isRefused(@TempDir Path directory) {
        assertThatThrownBy(() -> CertificateKeeper.start(directory, listener))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("cannot be read as a certificate");
    }
}
