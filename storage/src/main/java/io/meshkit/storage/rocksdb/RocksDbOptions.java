package io.meshkit.storage.rocksdb;

import java.time.Duration;

/**
 * Limits of one RocksDB store.
 *
 * <p>Memory is about {@code blockCacheBytes}, within which the write buffers are accounted, plus what open
 * cursors pin, plus about 100 bytes per table file.
 *
 * @param blockCacheBytes     data, index and filter blocks in memory, write buffers included; default 64 MiB,
 *                            ≥ 1 MiB. Below twice writeBufferBytesMax, reads find little cached.
 * @param writeBufferBytesMax writes not yet flushed, over all tables; default 32 MiB, ≥ 64 KiB, at most
 *                            blockCacheBytes. Bounds what a restart replays; small makes many small files.
 * @param openFilesMax        table files kept open; default 512, ≥ 16
 * @param backgroundJobs      concurrent flushes and compactions; default 2, ≥ 1
 * @param closeWaitMax        how long close() waits for open snapshots and cursors before it closes them under
 *                            their users, who then get IllegalStateException; default 5 s; 0 = does not wait
 */
public record RocksDbOptions(
        long blockCacheBytes, long writeBufferBytesMax, int openFilesMax, int backgroundJobs, Duration closeWaitMax) {

    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;

    public RocksDbOptions {
        atLeast("blockCacheBytes", blockCacheBytes, MIB);
        atLeast("writeBufferBytesMax", writeBufferBytesMax, 64 * KIB);
        atLeast("openFilesMax", openFilesMax, 16);
        atLeast("backgroundJobs", backgroundJobs, 1);
        atLeast("closeWaitMax in ms", closeWaitMax.toMillis(), 0);
        if (writeBufferBytesMax > blockCacheBytes) {
            throw new IllegalArgumentException("writeBufferBytesMax (" + writeBufferBytesMax
                    + ") must be at most blockCacheBytes (" + blockCacheBytes + ")");
        }
    }

    public static RocksDbOptions defaults() {
        return new RocksDbOptions(64 * MIB, 32 * MIB, 512, 2, Duration.ofSeconds(5));
    }

    public RocksDbOptions withMemory(long newBlockCacheBytes, long newWriteBufferBytesMax) {
        return new RocksDbOptions(
                newBlockCacheBytes, newWriteBufferBytesMax, openFilesMax, backgroundJobs, closeWaitMax);
    }

    public RocksDbOptions withCloseWaitMax(Duration newCloseWaitMax) {
        return new RocksDbOptions(blockCacheBytes, writeBufferBytesMax, openFilesMax, backgroundJobs, newCloseWaitMax);
    }

    private static void atLeast(String name, long value, long minimum) {
        if (value < minimum) {
            throw new IllegalArgumentException(name + " must be at least " + minimum + ": " + value);
        }
    }
}
