package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.bench.systems.Dataset;
import io.meshkit.bench.systems.Work;
import io.meshkit.v1.Shard;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void cells_areEachWorkAtEachLoad() {
        Plan plan = new Plan(
                List.of(Work.PUT, Work.LIST),
                List.of(1, 64),
                Duration.ZERO,
                Duration.ofSeconds(1),
                0,
                2,
                10,
                1024,
                100);
        assertThat(plan.cells())
                .containsExactly(
                        new Plan.Cell(Work.PUT, 1),
                        new Plan.Cell(Work.PUT, 64),
                        new Plan.Cell(Work.LIST, 1),
                        new Plan.Cell(Work.LIST, 64));
    }

    @Test
    void work_everyLabelNamesItsWork() {
        for (Work work : Work.values()) {
            assertThat(Work.of(work.label())).isEqualTo(work);
        }
        assertThatThrownBy(() -> Work.of("puts")).hasMessageContaining("'puts' is none of put, read-linearizable");
    }

    @Test
    void duration_forms() {
        assertThat(OptionValues.parseDuration("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(OptionValues.parseDuration("10s")).isEqualTo(Duration.ofSeconds(10));
        assertThat(OptionValues.parseDuration("2m")).isEqualTo(Duration.ofMinutes(2));
        assertThat(OptionValues.parseDuration("0")).isEqualTo(Duration.ZERO);
        assertThatThrownBy(() -> OptionValues.parseDuration("soon")).hasMessageContaining("'soon'");
    }

    @Test
    void shard_valueHasTheWantedSizeAndFitsTheLimitsOfARecord() {
        for (int bytes : new int[] {1, 15, 16, 17, 1024, 4096, 4097, Dataset.VALUE_BYTES_MAX}) {
            Shard shard = Dataset.of("bench", 10, bytes).shard(3, 42);
            assertThat(shard.getMeta().getAnnotationsMap().values().stream()
                            .mapToInt(String::length)
                            .sum())
                    .isEqualTo(bytes);
            assertThat(shard.getMeta().getAnnotationsMap().values())
                    .allMatch(value -> value.length() <= 4096)
                    .hasSizeLessThanOrEqualTo(64);
        }
    }

    @Test
    void shard_nextStamp_isAnotherValue() {
        Dataset dataset = Dataset.of("bench", 10, 1024);
        assertThat(dataset.shard(3, 42)).isNotEqualTo(dataset.shard(3, 43)).isNotEqualTo(dataset.shard(3, 42 + 64));
        assertThat(dataset.shard(3, 42)).isEqualTo(dataset.shard(3, 42));
    }
}
