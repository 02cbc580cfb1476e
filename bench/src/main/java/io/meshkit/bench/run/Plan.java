package io.meshkit.bench.run;

import io.meshkit.bench.systems.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be measured.
 *
 * @param outstanding each ≥ 1
 * @param warmupRounds whole rounds before those that count, ≥ 0
 * @param rounds      ≥ 1; of each cell the median over them counts
 * @param watchers    of {@link Work#WATCH}, ≥ 1
 */
record Plan(
        List<Work> works,
        List<Integer> outstanding,
        Duration warmup,
        Duration duration,
        int warmupRounds,
        int rounds,
        int keys,
        int valueBytes,
        int watchers) {

    /** One work at one load. */
    record Cell(Work work, int outstanding) {}

    /** All cells of works that have loads, in the order of a round: every round does each once, so that a disturbance meets all alike. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (Work work : works) {
            if (work.kind() == Work.Kind.TIME) {
                continue;
            }
            for (int load : outstanding) {
                cells.add(new Cell(work, load));
            }
        }
        return cells;
    }

    /** The works that are timed once a round, in their order. */
    List<Work> timed() {
        return works.stream().filter(work -> work.kind() == Work.Kind.TIME).toList();
    }
}
