package io.meshkit.jepsen.disk;

import io.meshkit.jepsen.os.Commands;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file system of a limited size, in memory. Thread: one. */
public final class SmallDisk {
    private static final int BLOCK_BYTES = 64 << 10;

    private final Path filler;

    private SmallDisk(Path filler) {
        this.filler = filler;
    }

    /**
     * Mounts one.
     *
     * @param where     an empty or new directory
     * @param megabytes its size
     */
    public static SmallDisk mount(Path where, int megabytes) throws IOException {
        Files.createDirectories(where);
        Commands.run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m,mode=700", "jepsen", where.toString());
        return new SmallDisk(where.resolve("jepsen-filler"));
    }

    /**
     * Fills what is left of it.
     *
     * @return the writes that the file system refused, ≥ 1
     */
    public long fill() throws IOException {
        long refused = 0;
        try (FileChannel file = FileChannel.open(
                filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            // Smaller and smaller, until not even a byte fits.
            for (int size = BLOCK_BYTES; size > 0; size /= 16) {
                boolean full = false;
                while (!full) {
                    try {
                        file.write(ByteBuffer.allocate(size));
                    } catch (IOException e) {
                        full = true;
                        refused++;
                    }
                }
            }
        }
        return refused;
    }

    /** Leaves so many bytes free, or less if it is as full already. */
    public void fillTo(long leaveBytes) throws IOException {
        try (FileChannel file = FileChannel.open(
                filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            while (freeBytes() > leaveBytes + BLOCK_BYTES) {
                file.write(ByteBuffer.allocate(BLOCK_BYTES));
            }
        }
    }

    private long freeBytes() throws IOException {
        return Files.getFileStore(filler).getUsableSpace();
    }

    /** Gives the space back. */
    public void empty() throws IOException {
        Files.deleteIfExists(filler);
    }
}
