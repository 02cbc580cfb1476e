package io.meshkit.jepsen.disk;

import io.meshkit.jepsen.os.Commands;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An ext4 file system in an image, on which the power can fail: what was not synced is lost, as the kernel's own
 * test ioctl for this does it. Thread: one.
 */
public final class PowerDisk {
    /** EXT4_IOC_SHUTDOWN: from now on every write fails. */
    private static final long SHUTDOWN = 0x8004587dL;

    /** EXT4_GOING_FLAGS_NOLOGFLUSH: and what only the journal in memory has is lost, too. */
    private static final int WITHOUT_LOG_FLUSH = 2;

    private static final int OPEN_READ_ONLY = 0;
    private static final int MEGABYTES = 1024;
    private static final int WITNESS_BYTES = 64 << 10;

    private final Path image;
    private final Path where;
    private final Path witness;

    private PowerDisk(Path image, Path where) {
        this.image = image;
        this.where = where;
        this.witness = where.resolve("jepsen-witness");
    }

    /**
     * Makes and mounts one.
     *
     * @param image of it, a new file
     * @param where an empty or new directory
     */
    public static PowerDisk mount(Path image, Path where) throws IOException {
        Files.createDirectories(where);
        Commands.run("truncate", "-s", MEGABYTES + "M", image.toString());
        Commands.run("mkfs.ext4", "-q", "-F", image.toString());
        PowerDisk disk = new PowerDisk(image, where);
        disk.mount();
        return disk;
    }

    private void mount() throws IOException {
        Commands.run("mount", "-o", "loop", image.toString(), where.toString());
    }

    /** The power fails; just before, one more file is written and not synced. */
    public void fail() throws IOException {
        Files.write(witness, new byte[WITNESS_BYTES]);
        shutdown(where);
    }

    /**
     * The power is back. Nobody may have a file of it open.
     *
     * @return whether the file that was not synced is lost
     */
    public boolean restore() throws IOException {
        Commands.run("umount", where.toString());
        mount();
        boolean lost = !Files.exists(witness) || Files.size(witness) < WITNESS_BYTES;
        Files.deleteIfExists(witness);
        return lost;
    }

    private static void shutdown(Path directory) throws IOException {
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        MethodHandle ioctl = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("ioctl"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                Linker.Option.firstVariadicArg(2));
        MethodHandle close = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("close"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        int answer;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(directory.toString());
            MemorySegment flag = arena.allocateFrom(ValueLayout.JAVA_INT, WITHOUT_LOG_FLUSH);
            int file = (int) open.invokeExact(path, OPEN_READ_ONLY);
            answer = file < 0 ? file : (int) ioctl.invokeExact(file, SHUTDOWN, flag);
            if (file >= 0) {
                int unused = (int) close.invokeExact(file);
            }
        } catch (Throwable e) {
            throw new IOException("the kernel cannot be called: " + e, e);
        }
        if (answer != 0) {
            throw new IOException("the file system in " + directory + " cannot be shut down");
        }
    }
}
