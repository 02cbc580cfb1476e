package io.omnirelay.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransportLimitsTest {
    @Test
    void defaults_areTheDocumented() {
        TransportLimits limits = TransportLimits.defaults();

        assertThat(limits.requestBodyBytesMax()).isEqualTo(1 << 20);
        assertThat(limits.requestBodyBytesInFlightMax()).isEqualTo(256L << 20);
        assertThat(limits.headerBytesMax()).isEqualTo(16 << 10);
        assertThat(limits.uriBytesMax()).isEqualTo(8 << 10);
        assertThat(limits.streamsPerConnectionMax()).isEqualTo(256);
        assertThat(limits.connectionsMax()).isEqualTo(10_000);
        assertThat(limits.requestsInFlightMax()).isEqualTo(8_192);
        assertThat(limits.unsentBytesMax()).isEqualTo(8 << 20);
        assertThat(limits.handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(limits.headerTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(limits.bodyTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(limits.idleTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(limits.writeTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(limits.requestTimeoutDefault()).isEqualTo(Duration.ofSeconds(15));
        assertThat(limits.requestTimeoutMax()).isEqualTo(Duration.ofMinutes(5));
        assertThat(limits.grpcIdleTimeout()).isEqualTo(Duration.ofMinutes(15));
        assertThat(limits.grpcKeepAliveTime()).isEqualTo(Duration.ofMinutes(1));
        assertThat(limits.grpcKeepAlivePermit()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void limits_outsideTheirRange_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransportLimits.builder().requestBodyBytesMax(0))
                .withMessageContaining("requestBodyBytesMax");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransportLimits.builder().headerTimeout(Duration.ZERO))
                .withMessageContaining("headerTimeout");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransportLimits.builder()
                        .requestTimeoutMax(Duration.ofSeconds(1))
                        .build())
                .withMessageContaining("requestTimeoutDefault");
    }
}
