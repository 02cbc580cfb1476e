package io.meshkit.storage.rocksdb;

import static io.meshkit.storage.Bytes.of;
import static io.meshkit.storage.Bytes.rows;
import static io.meshkit.storage.StoreFixture.A;
import static io.meshkit.storage.StoreFixture.B;
import static io.meshkit.storage.StoreFixture.TABLES;
import static io.meshkit.storage.rocksdb.RocksDbFixture.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshkit.storage.DurableFiles;
import io.meshkit.storage.Keys;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.CompressionType;
import org.rocksdb.RocksDBException;

/** What only a store on disk can do wrong. */
class RocksDbStoreTest {
    private static final int ROWS_PER_FLUSH = 200;

    @TempDir
    Path root;

    private RocksDbStore open() {
        return RocksDbStore.open(root.resolve("db"), TABLES, OPTIONS);
    }

    @Test
    void open_again_hasWhatWasWritten() {
        try (RocksDbStore store = open()) {
            store.write(new WriteBatch().put(A, of("k"), of("v")));
        }
        try (RocksDbStore store = open()) {
            assertThat(rows(store, A)).containsExactly("k=v");
        }
    }

    @Test
    void open_missingParents_createsThem() {
        Path deep = root.resolve("a/b/c");
        RocksDbStore.open(deep, TABLES).close();

        assertThat(deep.resolve("CURRENT")).exists();
    }

    @Test
    void open_heldElsewhere_saysSo() {
        try (RocksDbStore store = open()) {
            store.write(new WriteBatch().put(A, of("k"), of("v")));

            assertThatThrownBy(this::open).isInstanceOf(StorageException.class).hasMessageContaining("another process");
            assertThat(rows(store, A)).containsExactly("k=v");
        }
    }

    @Test
    void open_unknownTable_isRefusedByName() {
        open().close();

        assertThatThrownBy(() -> RocksDbStore.open(root.resolve("db"), List.of(A), OPTIONS))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("does not know: [b, c]");
    }

    @Test
    void open_newTable_isCreatedBesideTheOld() {
        try (RocksDbStore store = RocksDbStore.open(root.resolve("db"), List.of(A), OPTIONS)) {
            store.write(new WriteBatch().put(A, of("k"), of("v")));
        }
        try (RocksDbStore store = open()) {
            store.write(new WriteBatch().put(B, of("k"), of("v")));

            assertThat(rows(store, A)).isEqualTo(rows(store, B));
        }
    }

    @Test
    void open_tableThatBecameScattered_keepsItsRows() {
        List<Table> before = List.of(A, new Table("b"), new Table("c"));
        try (RocksDbStore store = RocksDbStore.open(root.resolve("db"), before, OPTIONS)) {
            writeInManyFlushes(store, B, 40);
        }
        try (RocksDbStore store = open()) {
            List<String> rows = rows(store, B);
            writeInManyFlushes(store, B, 40);

            assertThat(rows).hasSize(40 * ROWS_PER_FLUSH);
            assertThat(rows(store, B)).hasSize(80 * ROWS_PER_FLUSH).containsAll(rows);
        }
    }

    @Test
    void compaction_scatteredTable_rewritesLittleAndKeepsFewFiles() throws RocksDBException {
        try (RocksDbStore store = open()) {
            writeInManyFlushes(store, B, 160);
            store.database.db.cancelAllBackgroundWork(true);

            assertThat(writtenPerByte(store, B)).as("by levels it is 7").isLessThan(5);
            assertThat(files(store, B)).isLessThan(32);
        }
    }

    /** Rows in no order, so many to a table file. */
    private static void writeInManyFlushes(RocksDbStore store, Table table, int flushes) {
        for (int flush = 0; flush < flushes; flush++) {
            WriteBatch batch = new WriteBatch();
            for (int i = 0; i < ROWS_PER_FLUSH; i++) {
                batch.put(table, of(UUID.randomUUID().toString()), of("v"));
            }
            store.write(batch);
            store.flush();
        }
    }

    /** Bytes that flushes and compactions wrote for each that a flush wrote. */
    private static double writtenPerByte(RocksDbStore store, Table table) throws RocksDBException {
        return Double.parseDouble(stats(store, table).get("compaction.Sum.WriteAmp"));
    }

    private static double files(RocksDbStore store, Table table) throws RocksDBException {
        return Double.parseDouble(stats(store, table).get("compaction.Sum.NumFiles"));
    }

    private static Map<String, String> stats(RocksDbStore store, Table table) throws RocksDBException {
        return store.database.db.getMapProperty(store.database.handle(table), "rocksdb.cfstats");
    }

    @Test
    void open_tableNamedTwiceOrDefault_isRefused() {
        for (List<Table> tables : List.of(List.of(A, A), List.of(new Table("default")))) {
            assertThatThrownBy(() -> RocksDbStore.open(root.resolve("db"), tables))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void open_tableFilesWithoutCurrent_isCorruptionNotANewStore() throws IOException {
        fill();
        Files.delete(root.resolve("db/CURRENT"));

        assertThatThrownBy(this::open).isInstanceOf(StorageException.class).hasMessageContaining("corrupted");
    }

    @Test
    void open_damagedManifest_isCorruption() throws IOException {
        fill();
        Path manifest = onlyFile(name -> name.startsWith("MANIFEST"));
        byte[] bytes = Files.readAllBytes(manifest);
        bytes[bytes.length / 2] ^= 0x10;
        Files.write(manifest, bytes);

        assertThatThrownBy(this::open).isInstanceOf(StorageException.class).hasMessageContaining("corrupted");
    }

    @Test
    void open_missingTableFile_isRefused() throws IOException {
        fill();
        Files.delete(onlyFile(name -> name.endsWith(".sst")));

        assertThatThrownBy(this::open).isInstanceOf(StorageException.class);
    }

    @Test
    void read_damagedBlock_isCorruptionForGetScanAndVerify() throws IOException {
        fill();
        Path file = onlyFile(name -> name.endsWith(".sst"));
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length / 2; i += 1000) {
            bytes[i] ^= 0x10;
        }
        Files.write(file, bytes);

        try (RocksDbStore store = open()) {
            List<Runnable> reads = List.of(
                    () -> store.get(A, of("key-000")),
                    () -> rows(store, A),
                    () -> rows(store.scanDescending(A, Keys.EMPTY, null)),
                    store::verify);
            for (Runnable read : reads) {
                assertThatThrownBy(read::run)
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("corrupted");
            }
        }
    }

    @Test
    void open_compressionNotBuiltIn_usesTheNext() {
        List<CompressionType> compressions =
                List.of(CompressionType.XPRESS_COMPRESSION, CompressionType.NO_COMPRESSION);
        try (RocksDbStore store = RocksDbStore.open(root.resolve("db"), TABLES, OPTIONS, compressions)) {
            store.write(new WriteBatch().put(A, of("k"), of("v")));
            store.flush();

            assertThat(rows(store, A)).containsExactly("k=v");
        }
        assertThatThrownBy(() -> RocksDbStore.open(
                        root.resolve("db2"), TABLES, OPTIONS, List.of(CompressionType.XPRESS_COMPRESSION)))
                .isInstanceOf(StorageException.class);
    }

    @Test
    void restore_toNonEmptyDirectory_isRefused() throws IOException {
        Path checkpoint = checkpoint();

        assertThatThrownBy(() -> RocksDbStore.restore(checkpoint, root.resolve("db")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("not empty");
    }

    @Test
    void restore_afterACrashedAttempt_startsOver() throws IOException {
        Path checkpoint = checkpoint();
        Path target = Files.createDirectory(root.resolve("restored"));
        Path unfinished = Files.createDirectory(root.resolve("restored.restoring"));
        Files.writeString(unfinished.resolve("CURRENT"), "half");

        RocksDbStore.restore(checkpoint, target);

        assertThat(unfinished).doesNotExist();
        try (RocksDbStore store = RocksDbStore.open(target, TABLES, OPTIONS)) {
            assertThat(rows(store, A)).hasSize(500);
        }
    }

    @Test
    void restore_tableFiles_areLinkedAndSurviveTheCheckpointsDeletion() throws IOException {
        Path checkpoint = checkpoint();
        Path target = root.resolve("restored");
        RocksDbStore.restore(checkpoint, target);
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files.filter(file -> file.toString().endsWith(".sst")))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat((int) Files.getAttribute(file, "unix:nlink"))
                            .isGreaterThan(1));
        }
        DurableFiles.deleteTree(checkpoint);
        try (RocksDbStore store = RocksDbStore.open(target, TABLES, OPTIONS)) {
            store.verify();
            assertThat(rows(store, A)).hasSize(500);
        }
    }

    @Test
    void restore_checkpoint_isLeftUntouched() throws IOException {
        Path checkpoint = checkpoint();
        List<String> before = listing(checkpoint);
        Path target = root.resolve("restored");
        RocksDbStore.restore(checkpoint, target);
        try (RocksDbStore store = RocksDbStore.open(target, TABLES, OPTIONS)) {
            store.write(new WriteBatch().deleteRange(A, Keys.EMPTY, of("z")));
            store.flush();
        }

        assertThat(listing(checkpoint)).isEqualTo(before);
    }

    @Test
    void close_openSnapshot_waitsForItAndRefusesNewReads() throws Exception {
        RocksDbStore store =
                RocksDbStore.open(root.resolve("db"), TABLES, OPTIONS.withCloseWaitMax(Duration.ofMinutes(1)));
        store.write(new WriteBatch().put(A, of("k"), of("v")));
        StoreSnapshot snapshot = store.snapshot();
        Thread closer = Thread.ofPlatform().start(store::close);
        while (isOpen(store)) {
            Thread.onSpinWait();
        }

        assertThat(rows(snapshot, A)).containsExactly("k=v");
        assertThat(closer.isAlive()).isTrue();
        snapshot.close();
        closer.join();
        open().close(); // the lock is free
    }

    private static boolean isOpen(RocksDbStore store) {
        try {
            store.get(A, of("k"));
            return true;
        } catch (IllegalStateException closed) {
            return false;
        }
    }

    @Test
    void options_outOfRange_areRefused() {
        RocksDbOptions defaults = RocksDbOptions.defaults();

        assertThatThrownBy(() -> defaults.withMemory(1, 1)).hasMessageContaining("blockCacheBytes");
        assertThatThrownBy(() -> defaults.withMemory(1 << 20, 1)).hasMessageContaining("writeBufferBytesMax");
        assertThatThrownBy(() -> defaults.withMemory(1 << 20, 2 << 20)).hasMessageContaining("at most");
    }

    private void fill() {
        try (RocksDbStore store = open()) {
            fill(store);
        }
    }

    /** Writes 500 rows of incompressible values to one table, so that there is one file and many blocks. */
    private static void fill(RocksDbStore store) {
        Random random = new Random(1);
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < 500; i++) {
            byte[] value = new byte[200];
            random.nextBytes(value);
            batch.put(A, of("key-%03d".formatted(i)), value);
        }
        store.write(batch);
        store.flush();
    }

    private Path checkpoint() {
        Path checkpoint = root.resolve("checkpoint");
        try (RocksDbStore store = open()) {
            fill(store);
            store.checkpoint(checkpoint);
        }
        return checkpoint;
    }

    private Path onlyFile(Predicate<String> name) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("db"))) {
            List<Path> found = files.filter(file -> name.test(file.getFileName().toString()))
                    .toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    private static List<String> listing(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted(Comparator.naturalOrder())
                    .map(file -> file.getFileName() + " " + size(file))
                    .toList();
        }
    }

    private static String size(Path file) {
        try {
            FileTime modified = Files.getLastModifiedTime(file);
            return Files.size(file) + " bytes, " + modified;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
