package io.omnirelay.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an AOT cache is made of: a JDK and all jars of a distribution.
 *
 * <p>Told by size and time, and for the jars of this project, whose names stay through builds, by a checksum of what is
 * in them too: unpacking may give another build the times of the one before. The launcher script tells it in the same
 * words ({@code find_made_of}).
 *
 * @param javaHome of the JDK
 * @param library  directory of the jars
 */
public record AotSources(Path javaHome, Path library) {
    private static final int POLYNOMIAL = 0x04C11DB7;
    private static final int[] TABLE = table();

    /** Lines that differ from those of any other jars or JDK; nothing where that cannot be told. */
    public Optional<String> describe() {
        try (Stream<Path> entries = Files.list(library)) {
            // The order of the C locale.
            List<Path> jars = entries.filter(
                            entry -> !entry.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
            List<Path> ours = jars.stream().filter(AotSources::isOurs).toList();
            if (ours.isEmpty()) {
                return Optional.empty();
            }
            StringBuilder text = new StringBuilder();
            appendSize(text, javaHome.resolve("lib").resolve("modules"));
            for (Path jar : jars) {
                appendSize(text, jar);
            }
            for (Path jar : ours) {
                appendChecksum(text, jar);
            }
            return Optional.of(text.toString());
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static boolean isOurs(Path jar) {
        String name = jar.getFileName().toString();
        return name.endsWith(".jar") && (name.startsWith("meshkit-") || name.startsWith("omnirelay-"));
    }

    private static void appendSize(StringBuilder text, Path file) throws IOException {
        text.append(Files.size(file))
                .append(' ')
                .append(Files.getLastModifiedTime(file).toInstant().getEpochSecond())
                .append(' ')
                .append(file.getFileName())
                .append('\n');
    }

    /** As the POSIX tool {@code cksum} does; java.util.zip.CRC32 takes the bits the other way round. */
    private static void appendChecksum(StringBuilder text, Path file) throws IOException {
        int crc = 0;
        long length = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    crc = next(crc, buffer[i]);
                }
                length += read;
            }
        }
        for (long rest = length; rest != 0; rest >>>= 8) {
            crc = next(crc, (byte) rest);
        }
        text.append(Integer.toUnsignedString(~crc))
                .append(' ')
                .append(length)
                .append(' ')
                .append(file.getFileName())
                .append('\n');
    }

    private static int next(int crc, byte value) {
        return crc << 8 ^ TABLE[(crc >>> 24 ^ value) & 0xFF];
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc < 0 ? crc << 1 ^ POLYNOMIAL : crc << 1;
            }
            table[i] = crc;
        }
        return table;
    }
}
