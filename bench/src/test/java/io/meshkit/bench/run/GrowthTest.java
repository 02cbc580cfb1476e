package io.meshkit.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.api.RegistryException;
import io.meshkit.bench.systems.Work;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both parts of a run, against systems of one map. */
@Timeout(60)
class GrowthTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir
    Path root;

    private final MapDriver shards = new MapDriver();
    private final Map<String, MapDriver> namespaces = new HashMap<>();
    private final List<MapDriver> opened = new ArrayList<>();
    private final StringWriter said = new StringWriter();
    private ProcFiles proc;
    private LocalNodes nobody;

    @BeforeEach
    void prepare() {
        shards.putAllMax = 10;
        proc = new ProcFiles(root.resolve("no-proc"));
        nobody = new LocalNodes(root, List.of());
    }

    private static GrowthPlan plan(List<Integer> sizes, List<Integer> watchers) {
        return new GrowthPlan(
                sizes,
                List.of(Work.PUT, Work.READ_LINEARIZABLE, Work.LIST),
                2,
                Duration.ZERO,
                SHORT,
                100,
                watchers,
                200,
                Duration.ZERO);
    }

    private GrowthResults run(GrowthPlan plan) throws IOException, InterruptedException {
        GrowthResults results = results(plan);
        new Growth(
                        plan,
                        dataset -> {
                            MapDriver driver = shards.withKeys(dataset.keys());
                            opened.add(driver);
                            return driver;
                        },
                        nobody,
                        proc,
                        results,
                        new GrowthFiles(root),
                        new PrintWriter(said))
                .run();
        return results;
    }

    private static GrowthResults results(GrowthPlan plan) {
        return new GrowthResults(plan, "", Machine.current("", List.of()), null, Instant.EPOCH);
    }

    private List<String> steps() {
        return opened.stream().flatMap(driver -> driver.steps.stream()).toList();
    }

    @Test
    void run_fillsUpToEachSize_andMeasuresEveryWorkThere() throws Exception {
        GrowthResults results = run(plan(List.of(25, 40), List.of()));
        assertThat(steps()).containsExactly("0-9", "10-19", "20-24", "25-34", "35-39");
        assertThat(shards.records).hasSize(40);
        assertThat(results.sizes()).extracting(SizeStep::shards).containsExactly(25, 40);
        assertThat(results.sizes()).extracting(SizeStep::written).containsExactly(25, 15);
        // The map has no lists.
        assertThat(results.sizes())
                .allSatisfy(step -> assertThat(step.samples())
                        .extracting(sample -> sample.cell().work())
                        .containsExactly(Work.PUT, Work.READ_LINEARIZABLE));
        assertThat(results.holds()).isTrue();
        assertThat(root.resolve("growth.json")).hasContent(results.toJson());
        assertThat(root.resolve("growth.md")).hasContent(GrowthTable.of(results));
        assertThat(root.resolve("growth-shards.svg")).hasContent(GrowthPlots.ofShards(results));
        assertThat(root.resolve("growth-watchers.svg")).doesNotExist();
        assertThat(said.toString()).contains("no list");
    }

    @Test
    void run_afterAnEarlierOne_writesWhatIsMissingAndWhatMayBe() throws Exception {
        run(plan(List.of(200), List.of()));
        opened.clear();
        GrowthResults results = run(plan(List.of(200, 210), List.of()));
        // Eight steps of ten keys may have been under way when the earlier one ended.
        assertThat(steps().getFirst()).isEqualTo("120-129");
        assertThat(results.sizes()).extracting(SizeStep::written).containsExactly(80, 10);
    }

    @Test
    void run_moreThereThanTheFirstSize_isRefusedByNumber_andWritesNothing() throws Exception {
        run(plan(List.of(30), List.of()));
        opened.clear();
        assertThatThrownBy(() -> run(plan(List.of(20, 50), List.of())))
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        refused -> assertThat(refused.detail().getHint()).contains("Begin --shards with 30 or more"));
        assertThat(steps()).isEmpty();
    }

    @Test
    void run_whatWasMeasuredBeforeAFailure_isInTheFile() throws Exception {
        GrowthPlan plan = plan(List.of(10, 20), List.of());
        GrowthResults results = results(plan);
        Growth growth = new Growth(
                plan,
                dataset -> {
                    MapDriver driver = shards.withKeys(dataset.keys());
                    if (dataset.keys() == 20 && !shards.records.isEmpty()) {
                        driver.failures.add(new IllegalArgumentException("there is no room"));
                    }
                    return driver;
                },
                nobody,
                proc,
                results,
                new GrowthFiles(root),
                new PrintWriter(said));
        assertThatThrownBy(growth::run).hasMessage("there is no room");
        assertThat(Files.readString(root.resolve("growth.json"))).contains("\"read-linearizable\"", "\"written\": 10");
    }

    private GrowthResults watch(GrowthPlan plan, GrowthWatches.Measure measure) throws Exception {
        GrowthResults results = results(plan);
        new GrowthWatches(
                        plan,
                        dataset -> dataset.namespace().equals(plan.namespace())
                                ? shards
                                : namespaces.computeIfAbsent(dataset.namespace(), any -> new MapDriver()),
                        measure,
                        nobody,
                        proc,
                        results,
                        new GrowthFiles(root),
                        new PrintWriter(said))
                .run();
        return results;
    }

    private static WatchSample sample(int watchers) {
        return new WatchSample(watchers, 0, 1, 200, 1, 2_000, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void watches_tenShareANamespace_andNothingWatchedStays() throws Exception {
        List<Integer> shared = new ArrayList<>();
        GrowthResults results = watch(plan(List.of(100), List.of(5, 10, 25)), (watchers, datasets) -> {
            shared.add(datasets.size());
            datasets.forEach(dataset -> namespaces.get(dataset.namespace()).put(0, 1));
            return sample(watchers);
        });
        assertThat(shared).containsExactly(1, 1, 3);
        assertThat(results.watches()).extracting(WatchStep::watchers).containsExactly(5, 10, 25);
        assertThat(results.holds()).isTrue();
        assertThat(namespaces).hasSize(3);
        assertThat(namespaces.values())
                .allSatisfy(each -> assertThat(each.records).isEmpty());
        assertThat(Files.readString(root.resolve("growth.json"))).isEqualTo(results.toJson());
    }

    @Test
    void watches_meshIsFull_makesRoomFromTheEnd() throws Exception {
        int most = GrowthWatches.SHARDS_MAX;
        for (int key = most - 5; key < most; key++) {
            shards.put(key, 1);
        }
        watch(plan(List.of(most), List.of(30)), (watchers, datasets) -> {
            assertThat(shards.records).containsOnlyKeys(most - 5, most - 4);
            return sample(watchers);
        });
        assertThat(said.toString()).contains("deleting 3 shards: a mesh holds at most 1,000,000");
    }

    @Test
    void watches_refused_saysWhichSettingToRaise_andMeasuresOn() throws Exception {
        GrowthResults results = watch(plan(List.of(100), List.of(10, 20)), (watchers, datasets) -> {
            if (watchers == 10) {
                throw new IllegalStateException("a watch has ended: RESOURCE_EXHAUSTED");
            }
            return sample(watchers);
        });
        assertThat(results.watches().getFirst().failure())
                .startsWith("a watch has ended")
                .contains("OMNIRELAY_WATCH_WATCHERS_MAX");
        assertThat(results.watches().getLast().holds()).isTrue();
        assertThat(results.holds()).isFalse();
    }

    @Test
    void watches_moreThanANodeTakesByDefault_saysSoBefore() throws Exception {
        watch(plan(List.of(100), List.of(10_001)), (watchers, datasets) -> {
            assertThat(said.toString()).contains("watch.watchers-max");
            return sample(watchers);
        });
    }

    @Test
    void watches_none_touchNothing() throws Exception {
        watch(plan(List.of(100), List.of()), (watchers, datasets) -> sample(watchers));
        assertThat(namespaces).isEmpty();
    }
}
