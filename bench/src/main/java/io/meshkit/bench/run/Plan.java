package io.meshkit.bench.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be measured.
 *
 * @param outstanding each ≥ 1
 * @param rounds      ≥ 1; of each cell the median over them counts
 */
record Plan(
        List<Work> works,
        List<Integer> outstanding,
        Duration warmup,
        Duration duration,
        int rounds,
        int keys,
        int valueBytes) {

    /** One work at one load. */
    record Cell(Work work, int outstanding) {}

    /** All cells, in the order of a round: every round does each once, so that a disturbance meets all alike. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (Work work : works) {
            for (int load : outstanding) {
                cells.add(new Cell(work, load));
            }
        }
        return cells;
    }
}
