package io.meshkit.jepsen.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.jepsen.generator.Op;
import io.meshkit.jepsen.history.Event;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MixedWorkloadTest {
    private static final List<String> ALL = Workloads.names();

    private static Workload mixed() {
        return Workloads.of(ALL, new Plan(12, 3, 9_000, new Random(1)));
    }

    private static String of(Op op) {
        return op.details().get(Event.WORKLOAD).getAsString();
    }

    @Test
    void next_sharesTheRateEvenly() {
        Workload workload = mixed();
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 900 * ALL.size(); i++) {
            counts.merge(of(workload.next(i % 12, i % 12)), 1, Integer::sum);
        }

        assertThat(counts.keySet()).containsExactlyElementsOf(ALL);
        assertThat(counts.values()).allMatch(count -> count > 850 && count < 950);
    }

    @Test
    void next_keysAndRequestIdsAreApart() {
        Workload workload = mixed();
        Map<String, String> ownerOfKey = new TreeMap<>();
        Map<String, String> ownerOfRequest = new TreeMap<>();
        Set<String> mixedUp = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            Op op = workload.next(i % 12, i % 12);
            String owner = of(op);
            if (op.key() != null && !owner.equals(ownerOfKey.computeIfAbsent(op.key(), key -> owner))) {
                mixedUp.add(op.key());
            }
            if (op.details().has("idem")) {
                String request = op.details().get("idem").getAsString();
                if (!owner.equals(ownerOfRequest.computeIfAbsent(request, each -> owner))) {
                    mixedUp.add(request);
                }
            }
        }

        assertThat(mixedUp).isEmpty();
        assertThat(ownerOfRequest).isNotEmpty();
    }

    @Test
    void of_oneOrUnknownOrTwice() {
        Plan plan = new Plan(12, 3, 9_000, new Random(1));

        assertThat(Workloads.of(List.of("idem"), plan).name()).isEqualTo("idem");
        assertThatThrownBy(() -> Workloads.of(List.of("idem", "idme"), plan)).hasMessageContaining("idme");
        assertThatThrownBy(() -> Workloads.of(List.of("idem", "idem"), plan)).hasMessageContaining("once");
    }

    @Test
    void parts_giveWhatTheyNeed() {
        assertThat(mixed().isWatched()).isTrue();
        assertThat(mixed().records().areJudged()).isTrue();
        assertThat(mixed().settings()).contains("leases.suspect-grace-ms=2000");
        assertThat(mixed().finalReads()).allMatch(op -> op.details().has(Event.WORKLOAD));
    }
}
