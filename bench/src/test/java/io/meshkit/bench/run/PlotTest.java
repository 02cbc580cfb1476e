package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlotTest {
    @Test
    void ticks_linear_fromZeroToWhatHoldsTheMost_fewAndRound() {
        assertThat(Plot.ticks(5, 93, false)).containsExactly(0.0, 20.0, 40.0, 60.0, 80.0, 100.0);
        assertThat(Plot.ticks(5, 1_510, false)).containsExactly(0.0, 500.0, 1_000.0, 1_500.0, 2_000.0);
        assertThat(Plot.ticks(0, 0, false)).containsExactly(0.0, 1.0);
        for (double most = 0.01; most < 1e7; most *= 1.7) {
            List<Double> ticks = Plot.ticks(0, most, false);
            assertThat(ticks).hasSizeBetween(2, 7);
            assertThat(ticks.getLast()).isGreaterThanOrEqualTo(most);
        }
    }

    @Test
    void ticks_logarithmic_areDecadesAroundTheValues() {
        assertThat(Plot.ticks(900, 42_000, true)).containsExactly(100.0, 1_000.0, 10_000.0, 100_000.0);
        assertThat(Plot.ticks(10, 10, true)).containsExactly(10.0, 100.0);
        assertThat(Plot.ticks(0.3, 8, true)).containsExactly(0.1, 1.0, 10.0);
    }

    @Test
    void label_isShort() {
        assertThat(List.of(0.0, 0.5, 100.0, 1_000.0, 2_500.0, 10_000.0, 1_000_000.0))
                .extracting(Plot::label)
                .containsExactly("0", "0.5", "100", "1k", "2.5k", "10k", "1M");
    }

    @Test
    void of_textsAreEscaped_andWhatIsNoFigureIsLeftOut() {
        String svg = Plot.of(
                "a < b",
                List.of(new Plot.Panel(
                        "p & q",
                        true,
                        List.of(new Plot.Series(
                                "<s>",
                                List.of(
                                        new Plot.Point(10, 0),
                                        new Plot.Point(100, Double.NaN),
                                        new Plot.Point(1_000, 5)))))));
        assertThat(svg).contains("a &lt; b", "p &amp; q", "&lt;s&gt;").containsOnlyOnce("<circle");
        assertThat(svg).doesNotContain("NaN");
    }
}
