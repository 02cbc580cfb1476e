package io.meshkit.jepsen.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.client.TransportMode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TransportsTest {
    @Test
    void mixed_givesEveryNodeClientsOfBoth() {
        Transports mixed = Transports.parse("mixed");

        assertThat(IntStream.range(0, 6).mapToObj(client -> mixed.of(client, 3)))
                .containsExactly(
                        TransportMode.HTTP3,
                        TransportMode.HTTP3,
                        TransportMode.HTTP3,
                        TransportMode.GRPC,
                        TransportMode.GRPC,
                        TransportMode.GRPC);
        assertThat(mixed.label()).isEqualTo("mixed");
    }

    @Test
    void one_isForAll() {
        Transports one = Transports.parse("http3");

        assertThat(one.of(0, 3)).isEqualTo(one.of(4, 3)).isEqualTo(TransportMode.HTTP3);
        assertThat(one.label()).isEqualTo("http3");
    }

    @Test
    void anythingElse_isRefusedWithWhatThereIs() {
        assertThatThrownBy(() -> Transports.parse("smoke"))
                .hasMessageContaining("transport must be one of")
                .hasMessageContaining("mixed");
    }
}
