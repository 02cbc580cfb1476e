package io.omnirelay.transport.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnirelay.transport.NegotiatedTransport.Encoding;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DowngradeLogTest {
    private static final Way WAY = new Way(TransportKind.HTTP2, Encoding.JSON);

    private final AtomicLong now = new AtomicLong(1_000_000);
    private final DowngradeLog log = new DowngradeLog(now::get);

    @Test
    void add_manyOfOneKind_makesOneEventAndCounts() {
        for (int i = 0; i < 100; i++) {
            log.add("a", WAY, "quic_blocked", false, "10.0.0.1");
        }
        assertThat(log.after(0, 10)).hasSize(1);

        now.addAndGet(DowngradeLog.GATHER_MS);
        log.add("a", WAY, "quic_blocked", false, "10.0.0.2");

        assertThat(log.after(1, 10)).singleElement().satisfies(event -> {
            assertThat(event.id()).isEqualTo(2);
            assertThat(event.calls()).isEqualTo(100);
            assertThat(event.remote()).isEqualTo("10.0.0.2");
        });
    }

    @Test
    void add_beyondTheBound_dropsTheOldest() {
        for (int i = 0; i < DowngradeLog.EVENTS_MAX + 5; i++) {
            log.add("a", WAY, "timeout", false, "x");
            now.addAndGet(DowngradeLog.GATHER_MS);
        }

        assertThat(log.lastId()).isEqualTo(DowngradeLog.EVENTS_MAX + 5);
        assertThat(log.after(0, Integer.MAX_VALUE)).hasSize(DowngradeLog.EVENTS_MAX);
        assertThat(log.after(0, 1))
                .singleElement()
                .satisfies(event -> assertThat(event.id()).isEqualTo(6));
    }
}
