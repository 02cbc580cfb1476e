package io.meshkit.storage.rocksdb;

import io.meshkit.storage.Table;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/** RocksDB's own options for a store, and the native memory behind them. Closed after the database. */
final class NativeOptions implements AutoCloseable {
    private static final double BLOOM_BITS_PER_KEY = 10; // about 1 % false positives
    private static final long ARENA_BLOCK_BYTES_MIN = 4 << 10;
    private static final long ARENA_BLOCK_BYTES_MAX = 1 << 20;
    private static final long INFO_LOG_BYTES_MAX = 4 << 20;
    private static final long INFO_LOGS_KEPT = 4;
    /** Writing SSTs in pieces of this size keeps the final sync short. */
    private static final long SYNC_EVERY_BYTES = 1 << 20;

    /**
     * Each flush makes one file per table. A compaction of tables with random keys rewrites all that is older, so half
     * as many compactions are half the work; a read looks into a few more files, which Bloom filters mostly spare it.
     */
    private static final int FILES_PER_COMPACTION = 8;

    /**
     * As many runs of files may a scattered table have, before those of about the same size become one. With levels a
     * compaction would rewrite all of it, up to 256 MiB, for each eight flushes of a few hundred KiB (ADR-0023).
     */
    private static final int RUNS_OF_SCATTERED_TABLES = 16;

    /** Beyond that, while compactions are behind, before writes are slowed down and then stopped. */
    private static final int RUNS_BEHIND_BEFORE_SLOW = 16;

    private static final int RUNS_BEHIND_BEFORE_STOP = 32;

    /**
     * Files of the last level are rewritten once more to forget sequence numbers. For tables that only grow, as the
     * journal, that would write every row a second time for nothing; retention removes most of them before this.
     */
    private static final long REWRITE_AFTER_SECONDS = 24 * 3600;

    private static final int INDEX_PIECE_BYTES = 4 << 10;

    private static final double HIGH_PRIORITY_SHARE = 0.5; // of the cache, for index and filter blocks

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    final DBOptions db;
    private final ColumnFamilyOptions table;
    private final ColumnFamilyOptions scatteredTable;
    final ReadOptions read;
    final WriteOptions write;
    final FlushOptions flush;

    NativeOptions(RocksDbOptions options, int tables, CompressionType compression) {
        LRUCache cache = own(new LRUCache(options.blockCacheBytes(), -1, false, HIGH_PRIORITY_SHARE));
        WriteBufferManager buffers = own(new WriteBufferManager(options.writeBufferBytesMax(), cache));
        BloomFilter bloom = own(new BloomFilter(BLOOM_BITS_PER_KEY));

        db = own(new DBOptions())
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                // Without a WAL only this makes all tables recover to the same batch.
                .setAtomicFlush(true)
                .setParanoidChecks(true)
                .setWriteBufferManager(buffers)
                .setMaxOpenFiles(options.openFilesMax())
                .setMaxBackgroundJobs(options.backgroundJobs())
                .setBytesPerSync(SYNC_EVERY_BYTES)
                .setMaxLogFileSize(INFO_LOG_BYTES_MAX)
                .setKeepLogFileNum(INFO_LOGS_KEPT)
                .setStatsDumpPeriodSec(0);

        long writeBufferBytes = options.writeBufferBytesMax() / 2;
        // Every table holds at least one arena block: small enough that idle tables do not fill the budget.
        long arenaBlockBytes =
                Math.clamp(writeBufferBytes / (8L * Math.max(1, tables)), ARENA_BLOCK_BYTES_MIN, ARENA_BLOCK_BYTES_MAX);
        BlockBasedTableConfig format = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(bloom)
                // In pieces: those of a large file, whole, would each take a megabyte of the cache, push one
                // another out of it, and be read and unpacked anew by every look into the file.
                .setIndexType(IndexType.kTwoLevelIndexSearch)
                .setPartitionFilters(true)
                .setMetadataBlockSize(INDEX_PIECE_BYTES)
                .setPinTopLevelIndexAndFilter(true)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
        table = own(tableOptions()).setLevel0FileNumCompactionTrigger(FILES_PER_COMPACTION);
        scatteredTable = own(tableOptions())
                .setCompactionStyle(CompactionStyle.UNIVERSAL)
                .setLevel0FileNumCompactionTrigger(RUNS_OF_SCATTERED_TABLES)
                .setLevel0SlowdownWritesTrigger(RUNS_OF_SCATTERED_TABLES + RUNS_BEHIND_BEFORE_SLOW)
                .setLevel0StopWritesTrigger(RUNS_OF_SCATTERED_TABLES + RUNS_BEHIND_BEFORE_STOP);
        for (ColumnFamilyOptions each : List.of(table, scatteredTable)) {
            each.setWriteBufferSize(writeBufferBytes)
                    .setArenaBlockSize(arenaBlockBytes)
                    .setCompressionType(compression)
                    .setTableFormatConfig(format);
        }

        read = own(new ReadOptions());
        write = own(new WriteOptions()).setDisableWAL(true);
        flush = own(new FlushOptions()).setWaitForFlush(true).setAllowWriteStall(true);
    }

    ColumnFamilyOptions of(Table which) {
        return which.scattered() ? scatteredTable : table;
    }

    /** What the Java API has no setter for. */
    private static ColumnFamilyOptions tableOptions() {
        Properties options = new Properties();
        options.setProperty("bottommost_file_compaction_delay", Long.toString(REWRITE_AFTER_SECONDS));
        return Objects.requireNonNull(
                ColumnFamilyOptions.getColumnFamilyOptionsFromProps(options),
                "this build of RocksDB does not know " + options);
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    @Override
    public void close() {
        for (AutoCloseable resource : owned) {
            Natives.close(resource);
        }
        owned.clear();
    }
}
