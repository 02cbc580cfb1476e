package io.meshkit.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshkit.storage.StoreModel.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** A store and a naive model given the same steps agree; a crash takes whole batches only. */
public abstract class OrderedStoreProperties {
    protected abstract StoreFixture fixture(Path directory);

    sealed interface Step {}

    record Write(List<Op> ops) implements Step {}

    record Flush() implements Step {}

    record Crash() implements Step {}

    record TakeSnapshot() implements Step {}

    record CheckpointAndRestore() implements Step {}

    record Get(Table table, String key) implements Step {}

    record Scan(Table table, String from, String to) implements Step {}

    /** {@code to} null: a put of the value, or a delete when that is null too. Keys in hex, to shrink and print well. */
    record Op(Table table, String key, String to, String value) {
        void addTo(WriteBatch batch) {
            if (to != null) {
                batch.deleteRange(table, bytes(key), bytes(to));
            } else if (value != null) {
                batch.put(table, bytes(key), bytes(value));
            } else {
                batch.delete(table, bytes(key));
            }
        }
    }

    @Property(tries = 100)
    void anySteps_storeAgreesWithModel(@ForAll("steps") List<Step> steps) throws IOException {
        Path directory = Files.createTempDirectory("store-properties");
        try (StoreFixture fixture = fixture(directory)) {
            new Run(fixture).all(steps);
        } finally {
            DurableFiles.deleteTree(directory);
        }
    }

    private static final class Run {
        private final StoreFixture fixture;
        private final StoreModel model = new StoreModel(StoreFixture.TABLES);
        private final List<Tuple.Tuple2<StoreSnapshot, State>> snapshots = new ArrayList<>();
        private OrderedStore store;

        Run(StoreFixture fixture) {
            this.fixture = fixture;
            this.store = fixture.open();
        }

        void all(List<Step> steps) {
            for (Step step : steps) {
                take(step);
            }
            assertThat(StoreModel.read(store)).isEqualTo(model.newest());
            releaseSnapshots();
        }

        private void take(Step step) {
            switch (step) {
                case Write write -> {
                    WriteBatch batch = new WriteBatch();
                    write.ops.forEach(op -> op.addTo(batch));
                    store.write(batch);
                    model.write(batch);
                }
                case Flush flush -> {
                    store.flush();
                    model.flush();
                }
                case Crash crash -> {
                    releaseSnapshots();
                    store = fixture.crash(store);
                    model.crashedTo(StoreModel.read(store));
                }
                case TakeSnapshot take -> snapshots.add(Tuple.of(store.snapshot(), model.newest()));
                case CheckpointAndRestore checkpoint -> {
                    releaseSnapshots();
                    Path path = fixture.newPath();
                    store.checkpoint(path);
                    store = fixture.restore(path);
                    model.flush();
                }
                case Get get -> {
                    byte[] row = store.get(get.table, bytes(get.key));
                    assertThat(row == null ? null : HexFormat.of().formatHex(row))
                            .isEqualTo(model.newest().tables().get(get.table).get(get.key));
                }
                case Scan scan -> {
                    byte[] from = bytes(scan.from);
                    byte[] to = scan.to == null ? null : bytes(scan.to);
                    List<String> expected = model.newest().keys(scan.table, from, to);
                    assertThat(Bytes.hexKeys(store.scan(scan.table, from, to))).isEqualTo(expected);
                    assertThat(Bytes.hexKeys(store.scanDescending(scan.table, from, to)))
                            .isEqualTo(expected.reversed());
                }
            }
        }

        private void releaseSnapshots() {
            snapshots.forEach(each -> {
                assertThat(StoreModel.read(each.get1())).isEqualTo(each.get2());
                each.get1().close();
            });
            snapshots.clear();
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Table> tables = Arbitraries.of(StoreFixture.TABLES);
        Arbitrary<String> keys =
                Arbitraries.of("00", "01", "7f", "80", "ff").list().ofMaxSize(2).map(parts -> String.join("", parts));
        Arbitrary<String> values = Arbitraries.of("", "0a", "0b", "0c");
        Arbitrary<Op> puts = Combinators.combine(tables, keys, values).as((t, k, v) -> new Op(t, k, null, v));
        Arbitrary<Op> deletes = Combinators.combine(tables, keys).as((t, k) -> new Op(t, k, null, null));
        Arbitrary<Op> ranges = Combinators.combine(tables, keys, keys).as((t, from, to) -> new Op(t, from, to, null));
        Arbitrary<Op> ops = Arbitraries.frequencyOf(Tuple.of(6, puts), Tuple.of(2, deletes), Tuple.of(1, ranges));
        Arbitrary<Step> steps = Arbitraries.frequencyOf(
                Tuple.of(10, ops.list().ofMaxSize(6).map(Write::new)),
                Tuple.of(10, Combinators.combine(tables, keys).as(Get::new)),
                Tuple.of(
                        4,
                        Combinators.combine(tables, keys, keys.injectNull(0.2)).as(Scan::new)),
                Tuple.of(2, Arbitraries.just(new TakeSnapshot())),
                Tuple.of(2, Arbitraries.just(new Flush())),
                Tuple.of(1, Arbitraries.just(new Crash())),
                Tuple.of(1, Arbitraries.just(new CheckpointAndRestore())));
        return steps.list().ofMaxSize(40);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
