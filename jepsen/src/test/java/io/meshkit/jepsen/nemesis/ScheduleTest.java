package io.meshkit.jepsen.nemesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.jepsen.nemesis.Schedule.Step;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final List<String> THREE = List.of("kill", "pause", "partition:leader");

    @Property
    void of_everyFaultComes_betweenQuietTimes(@ForAll long seed) {
        Schedule schedule = Schedule.of(THREE, 60_000, 5_000, 5_000, new Random(seed));

        assertThat(schedule).isEqualTo(Schedule.of(THREE, 60_000, 5_000, 5_000, new Random(seed)));
        assertThat(schedule.steps()).extracting(Step::nemesis).containsAll(THREE);
        long quietFrom = 0;
        for (Step step : schedule.steps()) {
            assertThat(step.atMs()).isGreaterThanOrEqualTo(quietFrom + 5_000);
            assertThat(step.forMs()).isBetween(2_500L, 7_500L);
            quietFrom = step.atMs() + step.forMs();
        }
        assertThat(60_000 - quietFrom).isGreaterThanOrEqualTo(5_000);
    }

    @Test
    void of_nothing_isQuiet() {
        assertThat(Schedule.of(List.of(), 1_000, 5_000, 5_000, new Random(1)).steps())
                .isEmpty();
    }

    @Test
    void of_tooLittleTime_isRefused() {
        assertThatThrownBy(() -> Schedule.of(THREE, 20_000, 5_000, 5_000, new Random(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no time for");
    }
}
