package io.meshkit.jepsen.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeysTest {
    @Test
    void next_keepsWithinWhatACheckerCanJudge() {
        Random random = new Random(1);
        Keys keys = new Keys("k", 12, 3, random);
        Map<String, Integer> operations = new TreeMap<>();
        Map<String, Set<Long>> processes = new TreeMap<>();
        long[] process = new long[12];
        for (int i = 0; i < 50_000; i++) {
            int thread = random.nextInt(12);
            if (random.nextInt(20) == 0) {
                process[thread] += 12; // After an unknown outcome.
            }
            String key = keys.next(thread, thread + process[thread]);
            operations.merge(key, 1, Integer::sum);
            processes.computeIfAbsent(key, each -> new HashSet<>()).add(thread + process[thread]);
        }

        assertThat(operations.values()).allMatch(count -> count <= Keys.OPERATIONS_MAX);
        assertThat(processes.values()).allMatch(set -> set.size() <= Keys.PROCESSES_MAX);
        assertThat(keys.all()).containsExactlyInAnyOrderElementsOf(operations.keySet());
    }

    @Test
    void next_withoutUnknowns_givesEachKeyItsFill() {
        Keys keys = new Keys("k", 1, 1, new Random(7));
        Map<String, Integer> operations = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            operations.merge(keys.next(0, 0), 1, Integer::sum);
        }
        operations.remove(keys.all().getLast());

        assertThat(operations.values())
                .isNotEmpty()
                .allMatch(count -> count >= Keys.OPERATIONS_MIN && count <= Keys.OPERATIONS_MAX);
    }

    @Test
    void next_groupsShareAKey() {
        Keys keys = new Keys("k", 6, 3, new Random(7));

        assertThat(keys.next(0, 0)).isEqualTo(keys.next(1, 1)).isEqualTo(keys.next(2, 2));
        assertThat(keys.next(3, 3)).isEqualTo(keys.next(5, 5)).isNotEqualTo(keys.next(0, 0));
    }
}
