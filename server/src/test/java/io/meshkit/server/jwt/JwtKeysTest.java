package io.meshkit.server.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import com.nimbusds.jose.jwk.JWK;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class JwtKeysTest {
    private static final List<JWK> FIRST = new Issuer("a", "first", 0).publicKeys();
    private static final List<JWK> SECOND = new Issuer("a", "second", 0).publicKeys();

    private final MetricRegistry metrics = new MetricRegistry();
    private final AtomicInteger fetches = new AtomicInteger();
    /** What is published; empty: nothing answers. */
    private volatile List<JWK> published = FIRST;

    private List<JWK> fetch() throws IOException {
        fetches.incrementAndGet();
        if (published.isEmpty()) {
            throw new IOException("away");
        }
        return published;
    }

    private JwtKeys keys(long refreshMs, long staleMs) {
        return new JwtKeys(this::fetch, new JwtKeys.Limits(refreshMs, staleMs), metrics);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come");
            }
            Thread.sleep(5);
        }
    }

    @Test
    void rotation_atTheInterval_newKeysCount() throws Exception {
        try (JwtKeys keys = keys(10, 0).start(true)) {
            assertThat(keys.current()).isEqualTo(FIRST);
            published = SECOND;
            await(() -> keys.current().equals(SECOND));
        }
    }

    @Test
    void sourceAway_lastKeysCountOn_andItsReturnIsSeen() throws Exception {
        try (JwtKeys keys = keys(10, 0).start(true)) {
            published = List.of();
            int before = fetches.get();
            await(() -> fetches.get() > before + 2);
            assertThat(keys.current()).isEqualTo(FIRST);
            assertThat(metrics.counter("meshkit_jwt_keys_fetched_total{result=\"failed\"}")
                            .getCount())
                    .isPositive();
            published = SECOND;
            await(() -> keys.current().equals(SECOND));
        }
    }

    @Test
    void sourceAway_tooLong_noKeyCounts() throws Exception {
        try (JwtKeys keys = keys(1_000, 20).start(true)) {
            published = List.of();
            await(() -> keys.current().isEmpty());
        }
    }

    @Test
    void sourceAwayAtTheStart_isRequiredOrAwaited() throws Exception {
        published = List.of();
        assertThatThrownBy(() -> keys(10, 0).start(true)).isInstanceOf(IOException.class);
        try (JwtKeys keys = new JwtKeys(this::fetch, new JwtKeys.Limits(10, 0), new MetricRegistry()).start(false)) {
            await(() -> fetches.get() > 1);
            assertThat(keys.current()).isEmpty();
            published = FIRST;
            await(() -> keys.current().equals(FIRST));
        }
    }

    @Test
    void ask_fetchesAtOnce_butNotAgainSoonAfter() throws Exception {
        Semaphore turns = new Semaphore(0);
        JwtKeys.Source slow = () -> {
            turns.acquire();
            return fetch();
        };
        try (JwtKeys keys = new JwtKeys(slow, new JwtKeys.Limits(3_600_000, 0), metrics)) {
            keys.ask();
            keys.start(false);
            assertThat(keys.awaitAsked(1)).isFalse();
            turns.release(10);
            await(() -> keys.current().equals(FIRST));
            await(() -> !keys.awaitAsked(1));
            int before = fetches.get();
            for (int i = 0; i < 1_000; i++) {
                keys.ask();
            }
            assertThat(keys.awaitAsked(10)).isFalse();
            assertThat(fetches.get()).isEqualTo(before);
        }
    }

    @Test
    void ask_ofKeysFetchedLongAgo_isWaitedFor() throws Exception {
        try (JwtKeys keys = keys(3_600_000, 0)) {
            keys.ask();
            published = SECOND;
            keys.start(false);
            await(() -> keys.current().equals(SECOND));
        }
        assertThat(fetches.get()).isBetween(1, 2);
    }
}
