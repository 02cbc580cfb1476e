package io.meshkit.storage;

import static io.meshkit.storage.Bytes.hex;
import static io.meshkit.storage.Bytes.hexKeys;
import static io.meshkit.storage.Bytes.of;
import static io.meshkit.storage.Bytes.rows;
import static io.meshkit.storage.StoreFixture.A;
import static io.meshkit.storage.StoreFixture.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link OrderedStore} promises. */
public abstract class OrderedStoreContract {
    @TempDir
    Path directory;

    protected StoreFixture fixture;
    protected OrderedStore store;

    protected abstract StoreFixture fixture(Path directory);

    @BeforeEach
    void openStore() {
        fixture = fixture(directory);
        store = fixture.open();
    }

    @AfterEach
    void closeStore() {
        fixture.close();
    }

    private void put(String key, String value) {
        store.write(new WriteBatch().put(A, of(key), of(value)));
    }

    private void putAll(String... keys) {
        WriteBatch batch = new WriteBatch();
        for (String key : keys) {
            batch.put(A, of(key), of(key.toUpperCase()));
        }
        store.write(batch);
    }

    @Test
    void get_absent_isNull() {
        assertThat(store.get(A, of("k"))).isNull();
    }

    @Test
    void get_otherTable_isNull() {
        put("k", "v");

        assertThat(store.get(B, of("k"))).isNull();
    }

    @Test
    void put_again_replaces() {
        put("k", "v1");
        put("k", "v2");

        assertThat(rows(store, A)).containsExactly("k=v2");
    }

    @Test
    void delete_absent_isNothing() {
        put("k", "v");
        store.write(new WriteBatch().delete(A, of("x")));

        assertThat(rows(store, A)).containsExactly("k=v");
    }

    @Test
    void write_emptyBatch_isNothing() {
        put("k", "v");
        store.write(new WriteBatch());

        assertThat(rows(store, A)).containsExactly("k=v");
    }

    @Test
    void write_sameKeyInOneBatch_lastWins() {
        store.write(new WriteBatch()
                .put(A, of("k"), of("1"))
                .delete(A, of("k"))
                .put(A, of("k"), of("2"))
                .put(A, of("gone"), of("1"))
                .delete(A, of("gone")));

        assertThat(rows(store, A)).containsExactly("k=2");
    }

    @Test
    void write_rangeDeleteInBatch_deletesOnlyWhatCameBefore() {
        putAll("a", "b", "c", "d");
        store.write(new WriteBatch()
                .put(A, of("b2"), of("before"))
                .deleteRange(A, of("b"), of("d"))
                .put(A, of("c"), of("after")));

        assertThat(rows(store, A)).containsExactly("a=A", "c=after", "d=D");
    }

    @Test
    void deleteRange_endBeforeOrAtStart_isNothing() {
        putAll("a", "b", "c");
        store.write(new WriteBatch()
                .deleteRange(A, of("b"), of("b"))
                .deleteRange(A, of("c"), of("a"))
                .deleteRange(A, of("a"), Keys.EMPTY));

        assertThat(rows(store, A)).containsExactly("a=A", "b=B", "c=C");
    }

    @Test
    void deleteRange_fromEmptyKey_startsAtTheFirst() {
        putAll("", "a", "b");
        store.write(new WriteBatch().deleteRange(A, Keys.EMPTY, of("b")));

        assertThat(rows(store, A)).containsExactly("b=B");
    }

    @Test
    void deleteRange_otherTable_keepsRows() {
        putAll("a", "b");
        store.write(new WriteBatch().deleteRange(B, of("a"), of("z")));

        assertThat(rows(store, A)).containsExactly("a=A", "b=B");
    }

    @Test
    void write_unknownTable_changesNothing() {
        Table unknown = new Table("unknown");
        WriteBatch batch = new WriteBatch().put(A, of("k"), of("v")).put(unknown, of("k"), of("v"));

        assertThatThrownBy(() -> store.write(batch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown");
        assertThatThrownBy(() -> store.get(unknown, of("k"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.scan(unknown, Keys.EMPTY, null)).isInstanceOf(IllegalArgumentException.class);
        assertThat(store.get(A, of("k"))).isNull();
    }

    @Test
    void scan_bounds_areFromInclusiveToExclusive() {
        putAll("a", "b", "c", "d");

        assertThat(rows(store.scan(A, of("b"), of("d")))).containsExactly("b=B", "c=C");
        assertThat(rows(store.scan(A, of("aa"), of("cc")))).containsExactly("b=B", "c=C");
        assertThat(rows(store.scan(A, of("c"), null))).containsExactly("c=C", "d=D");
        assertThat(rows(store.scan(A, of("x"), null))).isEmpty();
        assertThat(rows(store.scan(A, of("c"), of("c")))).isEmpty();
        assertThat(rows(store.scan(A, of("d"), of("a")))).isEmpty();
        assertThat(rows(store.scan(A, Keys.EMPTY, Keys.EMPTY))).isEmpty();
    }

    @Test
    void scanDescending_bounds_areFromInclusiveToExclusive() {
        putAll("a", "b", "c", "d");

        assertThat(rows(store.scanDescending(A, of("b"), of("d")))).containsExactly("c=C", "b=B");
        assertThat(rows(store.scanDescending(A, of("aa"), of("cc")))).containsExactly("c=C", "b=B");
        assertThat(rows(store.scanDescending(A, of("c"), null))).containsExactly("d=D", "c=C");
        assertThat(rows(store.scanDescending(A, Keys.EMPTY, of("b")))).containsExactly("a=A");
        assertThat(rows(store.scanDescending(A, of("d"), of("a")))).isEmpty();
    }

    @Test
    void scan_keys_orderAsUnsignedBytes() {
        WriteBatch batch = new WriteBatch();
        List<String> ordered = List.of("", "00", "0000", "0001", "01", "7f", "7fff", "80", "ff", "ff00", "ffff");
        List<String> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(1));
        shuffled.forEach(key -> batch.put(A, hex(key), of("v")));
        store.write(batch);

        assertThat(hexKeys(store.scan(A, Keys.EMPTY, null))).containsExactlyElementsOf(ordered);
        assertThat(hexKeys(store.scanDescending(A, Keys.EMPTY, null))).containsExactlyElementsOf(ordered.reversed());
        assertThat(hexKeys(store.scan(A, hex("7f"), hex("ff")))).containsExactly("7f", "7fff", "80");
    }

    @Test
    void cursor_offItsRows_refusesKeyAndValue() {
        put("k", "v");
        try (Cursor cursor = store.scan(A, Keys.EMPTY, null)) {
            assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.next()).isFalse();
            assertThatThrownBy(cursor::value).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void cursor_writesAfterOpening_areNotSeen() {
        putAll("a", "b", "c");
        try (Cursor up = store.scan(A, Keys.EMPTY, null);
                Cursor down = store.scanDescending(A, Keys.EMPTY, null)) {
            assertThat(up.next()).isTrue();
            store.write(new WriteBatch().deleteRange(A, of("a"), of("c")).put(A, of("bb"), of("new")));

            assertThat(rows(up)).containsExactly("b=B", "c=C");
            assertThat(rows(down)).containsExactly("c=C", "b=B", "a=A");
        }
    }

    @Test
    void arrays_changedByTheCaller_doNotReachTheStore() {
        byte[] key = of("k");
        byte[] value = of("v");
        store.write(new WriteBatch().put(A, key, value));
        key[0]++;
        value[0]++;
        store.get(A, of("k"))[0]++;
        try (Cursor cursor = store.scan(A, Keys.EMPTY, null)) {
            cursor.next();
            cursor.key()[0]++;
            cursor.value()[0]++;
        }

        assertThat(rows(store, A)).containsExactly("k=v");
    }

    @Test
    void put_emptyKeyAndValue_areKept() {
        store.write(new WriteBatch().put(A, Keys.EMPTY, of("v")).put(A, of("k"), new byte[0]));
        store = fixture.crash(flushed());

        assertThat(store.get(A, Keys.EMPTY)).isEqualTo(of("v"));
        assertThat(store.get(A, of("k"))).isNotNull().isEmpty();
        assertThat(rows(store, A)).containsExactly("=v", "k=");
    }

    @Test
    void put_largeValue_isKept() {
        byte[] large = new byte[5 << 20];
        new Random(1).nextBytes(large);
        byte[] longKey = Arrays.copyOf(large, 10_000);
        store.write(new WriteBatch().put(A, longKey, large).put(B, of("k"), large));
        store = fixture.crash(flushed());

        assertThat(store.get(A, longKey)).isEqualTo(large);
        assertThat(store.get(B, of("k"))).isEqualTo(large);
    }

    @Test
    void snapshot_laterWrites_areNotSeen() {
        putAll("a", "b");
        try (StoreSnapshot snapshot = store.snapshot()) {
            store.write(new WriteBatch()
                    .put(A, of("a"), of("changed"))
                    .deleteRange(A, of("b"), of("c"))
                    .put(B, of("k"), of("v")));
            store.flush();

            assertThat(rows(snapshot, A)).containsExactly("a=A", "b=B");
            assertThat(rows(snapshot.scanDescending(A, Keys.EMPTY, null))).containsExactly("b=B", "a=A");
            assertThat(snapshot.get(A, of("a"))).isEqualTo(of("A"));
            assertThat(snapshot.get(B, of("k"))).isNull();
        }
        assertThat(rows(store, A)).containsExactly("a=changed");
    }

    @Test
    void snapshot_closed_refusesReadsButItsCursorGoesOn() {
        putAll("a", "b");
        StoreSnapshot snapshot = store.snapshot();
        Cursor cursor = snapshot.scan(A, Keys.EMPTY, null);
        snapshot.close();
        snapshot.close();

        assertThatThrownBy(() -> snapshot.get(A, of("a"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> snapshot.scan(A, of("a"), null)).isInstanceOf(IllegalStateException.class);
        assertThat(rows(cursor)).containsExactly("a=A", "b=B");
    }

    @Test
    void close_thenUse_throwsIllegalState() {
        putAll("a", "b");
        StoreSnapshot snapshot = store.snapshot();
        Cursor cursor = store.scan(A, Keys.EMPTY, null);
        Cursor ofSnapshot = snapshot.scan(A, Keys.EMPTY, null);
        cursor.next();
        store.close();
        store.close();

        List<Runnable> uses = List.of(
                () -> store.get(A, of("a")),
                () -> store.scan(A, Keys.EMPTY, null),
                () -> store.write(new WriteBatch().put(A, of("k"), of("v"))),
                store::snapshot,
                store::flush,
                () -> store.checkpoint(fixture.newPath()),
                () -> snapshot.get(A, of("a")),
                () -> snapshot.scan(A, Keys.EMPTY, null),
                cursor::next,
                cursor::key,
                ofSnapshot::next);
        for (Runnable use : uses) {
            assertThatThrownBy(use::run).isInstanceOf(IllegalStateException.class);
        }
        cursor.close();
        ofSnapshot.close();
        snapshot.close();
    }

    @Test
    void crash_afterFlush_keepsEverything() {
        store.write(new WriteBatch().put(A, of("k"), of("v")).put(B, of("k"), of("v")));
        store = fixture.crash(flushed());

        assertThat(rows(store, A)).containsExactly("k=v");
        assertThat(rows(store, B)).containsExactly("k=v");
    }

    @Test
    void crash_withoutFlush_keepsWholeBatchesInAllTables() {
        for (int i = 1; i <= 10; i++) {
            store.write(new WriteBatch().put(A, of("n"), of("" + i)).put(B, of("n"), of("" + i)));
            if (i == 4) {
                store.flush();
            }
        }
        store = fixture.crash(store);

        assertThat(rows(store, A)).isEqualTo(rows(store, B)).isNotEmpty();
        assertThat(Integer.parseInt(new String(store.get(A, of("n"))))).isBetween(4, 10);
    }

    @Test
    void crash_afterRangeDelete_doesNotBringRowsBack() {
        putAll("a", "b", "c");
        store.flush();
        store.write(new WriteBatch().deleteRange(A, of("a"), of("c")));
        store = fixture.crash(flushed());

        assertThat(rows(store, A)).containsExactly("c=C");
    }

    @Test
    void checkpoint_restored_isTheStateThenAndIndependent() {
        putAll("a", "b");
        store.write(new WriteBatch().put(B, of("k"), of("v")));
        Path checkpoint = fixture.newPath();
        store.checkpoint(checkpoint);
        store.write(new WriteBatch().put(A, of("c"), of("later")).delete(A, of("a")));
        store.flush();

        OrderedStore first = fixture.restore(checkpoint);
        first.write(new WriteBatch().put(A, of("x"), of("first")));
        first.flush();
        OrderedStore second = fixture.restore(checkpoint);

        assertThat(rows(second, A)).containsExactly("a=A", "b=B");
        assertThat(rows(second, B)).containsExactly("k=v");
        assertThat(rows(first, A)).containsExactly("a=A", "b=B", "x=first");
        assertThat(rows(store, A)).containsExactly("b=B", "c=later");
    }

    @Test
    void checkpoint_existingDirectory_isRefused() throws IOException {
        Path existing = Files.createDirectory(fixture.newPath());

        assertThatThrownBy(() -> store.checkpoint(existing))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("exists");
    }

    @Test
    void restore_notACheckpoint_isRefused() throws IOException {
        Path other = Files.createDirectory(fixture.newPath());

        assertThatThrownBy(() -> fixture.restore(other)).isInstanceOf(StorageException.class);
    }

    /** Each batch writes its number everywhere: a reader that sees two numbers saw half a batch. */
    @Test
    void readers_whileWriting_seeWholeBatches() throws Exception {
        int readers = 3;
        int batches = 3_000;
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(readers)) {
            writeNumber(0);
            List<Future<Long>> checks = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                checks.add(threads.submit(() -> readUntil(done)));
            }
            try {
                for (int n = 1; n <= batches; n++) {
                    writeNumber(n);
                }
            } finally {
                done.set(true);
            }
            for (Future<Long> check : checks) {
                assertThat(check.get()).isPositive();
            }
        }
    }

    @Test
    void close_whileReading_endsEveryReaderWithIllegalState() throws Exception {
        int readers = 3;
        writeNumber(0);
        CountDownLatch reading = new CountDownLatch(readers);
        try (ExecutorService threads = Executors.newFixedThreadPool(readers)) {
            List<Future<?>> loops = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                loops.add(threads.submit(() -> {
                    while (true) {
                        try (StoreSnapshot snapshot = store.snapshot()) {
                            rows(snapshot, A);
                            rows(store, B);
                        }
                        reading.countDown();
                    }
                }));
            }
            reading.await();
            store.close();
            for (Future<?> loop : loops) {
                assertThatThrownBy(loop::get).hasCauseInstanceOf(IllegalStateException.class);
            }
        }
    }

    private void writeNumber(int number) {
        byte[] value = ByteBuffer.allocate(4).putInt(number).array();
        WriteBatch batch = new WriteBatch().deleteRange(A, of("a"), of("z"));
        for (String key : List.of("a", "b", "c" + number % 7, "d")) {
            batch.put(A, of(key), value).put(B, of(key), value);
        }
        store.write(batch);
    }

    private long readUntil(AtomicBoolean done) {
        long reads = 0;
        int last = -1;
        do {
            try (StoreSnapshot snapshot = store.snapshot()) {
                int number = number(snapshot.get(B, of("a")));
                assertThat(number).isGreaterThanOrEqualTo(last);
                last = number;
                assertThat(number(snapshot.get(B, of("d")))).isEqualTo(number);
                int rows = 0;
                try (Cursor cursor = snapshot.scan(A, Keys.EMPTY, null)) {
                    while (cursor.next()) {
                        assertThat(number(cursor.value())).isEqualTo(number);
                        rows++;
                    }
                }
                assertThat(rows).isEqualTo(4);
            }
            reads++;
        } while (!done.get());
        return reads;
    }

    private static int number(byte[] value) {
        return ByteBuffer.wrap(value).getInt();
    }

    private OrderedStore flushed() {
        store.flush();
        return store;
    }
}
