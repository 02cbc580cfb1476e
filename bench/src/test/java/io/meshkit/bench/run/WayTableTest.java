package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WayTableTest {
    private static WaySample sample(Way way, int round, double perSecond, double p99Ms, Map<String, Long> errors) {
        return new WaySample(way, 64, round, perSecond, p99Ms / 2, p99Ms, 100, 0, errors);
    }

    private final List<WaySample> base = List.of(
            sample(Way.GRPC_H2, 1, 1_000, 10, Map.of()),
            sample(Way.GRPC_H2, 2, 100, 100, Map.of()),
            sample(Way.GRPC_H2, 3, 1_000, 10, Map.of()));
    private final List<WaySample> own = List.of(
            sample(Way.GRPC_H3, 1, 500, 20, Map.of("UNAVAILABLE", 1L)),
            sample(Way.GRPC_H3, 2, 60, 300, Map.of("UNAVAILABLE", 2L)),
            sample(Way.GRPC_H3, 3, 400, 40, Map.of()));

    @Test
    void ratio_isOfTheSameRound_thenTheMedian() {
        assertThat(WayTable.ratio(own, base, WaySample::perSecond)).isEqualTo(0.5, within(1e-9));
        assertThat(WayTable.ratio(own, base, WaySample::p99Ms)).isEqualTo(3, within(1e-9));
        assertThat(WayTable.ratio(own, List.of(), WaySample::p99Ms)).isNaN();
    }

    @Test
    void table_hasARowForEachWayAndLoad_errorsAdded() {
        List<WaySample> all = new java.util.ArrayList<>(base);
        all.addAll(own);
        String[] lines = WayTable.of(all, Way.GRPC_H2).split("\n");

        assertThat(lines).hasSize(4);
        assertThat(lines[2]).isEqualTo("| 64 | grpc-h2 | 1000 | 1.00 | 5.00 | 10.00 | 1.00 | 100 | 0 |");
        assertThat(lines[3]).isEqualTo("| 64 | grpc-h3 | 400 | 0.50 | 20.00 | 40.00 | 3.00 | 100 | UNAVAILABLE=3 |");
    }

    @Test
    void way_unknown_namesTheKnown() {
        assertThat(Way.of("rest-h3")).isEqualTo(Way.REST_H3);
        assertThatThrownBy(() -> Way.of("h3")).hasMessageContaining("grpc-h2-https");
    }
}
