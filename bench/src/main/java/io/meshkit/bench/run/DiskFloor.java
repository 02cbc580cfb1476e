package io.meshkit.bench.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long the disk takes to make 4 KiB durable: no durable write can be quicker.
 *
 * @param syncs how many were timed, ≥ 1
 */
record DiskFloor(Path directory, long syncs, double p50Ms, double p99Ms) {
    static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS = 1024;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Writes into a file of its own, allocated beforehand as a log's segments are, and removes it. */
    static DiskFloor probe(Path directory) throws IOException {
        Path file = Files.createTempFile(directory, "fsync-probe", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
            for (int i = 0; i < BLOCKS; i++) {
                write(channel, block, i);
            }
            channel.force(true);
            Histogram nanos = new Histogram(3);
            long startedNanos = System.nanoTime();
            for (int i = 0; i < BLOCKS && System.nanoTime() - startedNanos < LIMIT_NANOS; i++) {
                block.put(0, (byte) 1);
                long beforeNanos = System.nanoTime();
                write(channel, block, i);
                // Data without the file's times: fdatasync.
                channel.force(false);
                nanos.recordValue(System.nanoTime() - beforeNanos);
            }
            return new DiskFloor(
                    directory,
                    nanos.getTotalCount(),
                    nanos.getValueAtPercentile(50) / 1e6,
                    nanos.getValueAtPercentile(99) / 1e6);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void write(FileChannel channel, ByteBuffer block, int index) throws IOException {
        block.clear();
        long position = (long) index * BLOCK_BYTES;
        while (block.hasRemaining()) {
            position += channel.write(block, position);
        }
    }
}
