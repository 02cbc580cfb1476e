package io.meshkit.bench.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads what the Linux kernel tells about processes; see proc(5). */
final class ProcFiles {
    /** USER_HZ: what the kernel shows to programs is in hundredths of a second on every platform that we run on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int UTIME = 14;
    private static final int STIME = 15;

    private final Path root;

    /** @param root {@code /proc} */
    ProcFiles(Path root) {
        this.root = root;
    }

    /** CPU time of a process with all its threads, user and system; 0 when it is gone. */
    long cpuNanos(long pid) {
        try {
            return cpuNanos(read(Long.toString(pid), "stat"));
        } catch (IOException e) {
            return 0;
        }
    }

    /** CPU time of everything on the machine, without idling and waiting; 0 when the kernel does not say. */
    long machineBusyNanos() {
        try {
            return machineBusyNanos(read("stat"));
        } catch (IOException e) {
            return 0;
        }
    }

    /** A size of {@code /proc/<pid>/status}, in bytes, for example of {@code VmRSS}; 0 when it is not there. */
    long sizeBytes(long pid, String name) {
        try {
            return sizeBytes(read(Long.toString(pid), "status"), name);
        } catch (IOException e) {
            return 0;
        }
    }

    /** The arguments of a process; empty when it is gone. */
    List<String> commandLine(long pid) {
        try {
            return List.of(read(Long.toString(pid), "cmdline").split("\0"));
        } catch (IOException e) {
            return List.of();
        }
    }

    private String read(String... path) throws IOException {
        Path file = root;
        for (String element : path) {
            file = file.resolve(element);
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    /** The name in brackets may hold blanks and brackets: fields are counted from the last bracket. */
    static long cpuNanos(String stat) {
        int nameEnd = stat.lastIndexOf(')');
        if (nameEnd < 0) {
            throw new IllegalArgumentException("no process name: " + stat);
        }
        // The first field after the name is the third.
        String[] fields = stat.substring(nameEnd + 1).strip().split(" ");
        return (Long.parseLong(fields[UTIME - 3]) + Long.parseLong(fields[STIME - 3])) * NANOS_PER_TICK;
    }

    static long machineBusyNanos(String stat) {
        String[] fields =
                stat.lines().findFirst().orElse("").replaceFirst("^cpu +", "").split(" ");
        // user nice system idle iowait irq softirq steal; guests are part of user.
        long ticks = 0;
        for (int i = 0; i < Math.min(fields.length, 8); i++) {
            if (i != 3 && i != 4) {
                ticks += Long.parseLong(fields[i]);
            }
        }
        return ticks * NANOS_PER_TICK;
    }

    static long sizeBytes(String status, String name) {
        for (String line : status.lines().toList()) {
            if (line.startsWith(name + ":")) {
                String[] parts = line.substring(name.length() + 1).strip().split(" +");
                return Long.parseLong(parts[0]) * 1024;
            }
        }
        return 0;
    }
}
