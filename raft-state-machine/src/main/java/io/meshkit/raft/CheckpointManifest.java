package io.meshkit.raft;

import io.meshkit.storage.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of a checkpoint with their sizes and SHA-256 sums: what a download is checked against.
 *
 * <p>A checkpoint is flat: names have no separators, so that a manifest from elsewhere cannot make the receiver
 * write outside of its directory.
 *
 * @param files in order of name
 */
public record CheckpointManifest(List<Entry> files) {
    /** The manifest's own name within the checkpoint; it does not list itself. */
    public static final String FILE = "CHECKPOINT.sha256";

    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) (\\d{1,18}) (\\S+)");
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}");
    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * One file.
     *
     * @param sha256 64 hex digits, lower case
     */
    public record Entry(String name, long sizeBytes, String sha256) {
        public Entry {
            if (!FILE_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("not a checkpoint's file name: " + name);
            }
        }
    }

    public CheckpointManifest {
        files = List.copyOf(files);
    }

    /** Sums up every file of the directory. */
    public static CheckpointManifest of(Path directory) throws IOException {
        List<Entry> files = new ArrayList<>();
        for (Path file : Durable.list(directory)) {
            String name = file.getFileName().toString();
            if (name.equals(FILE)) {
                continue;
            }
            if (!Files.isRegularFile(file)) {
                throw new IOException("a checkpoint holds files only: " + file);
            }
            files.add(new Entry(name, Files.size(file), sha256(file)));
        }
        return new CheckpointManifest(files);
    }

    /** As text, one line per file. */
    public String format() {
        StringBuilder text = new StringBuilder();
        for (Entry entry : files) {
            text.append(String.format(Locale.ROOT, "%s %d %s\n", entry.sha256, entry.sizeBytes, entry.name));
        }
        return text.toString();
    }

    /**
     * The manifest of a text that {@link #format} made.
     *
     * @throws IOException if it is none, or names a file outside of its directory
     */
    public static CheckpointManifest parse(String text) throws IOException {
        List<Entry> files = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>();
        for (String line : text.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches() || !FILE_NAME.matcher(matcher.group(3)).matches() || !names.add(matcher.group(3))) {
                throw new IOException("not a line of a checkpoint manifest: " + line);
            }
            files.add(new Entry(matcher.group(3), Long.parseLong(matcher.group(2)), matcher.group(1)));
        }
        return new CheckpointManifest(files);
    }

    /** Writes it into the checkpoint, durably. */
    public void write(Path directory) throws IOException {
        Durable.replace(directory.resolve(FILE), format());
    }

    /** Reads it from the checkpoint. */
    public static CheckpointManifest read(Path directory) throws IOException {
        return parse(Files.readString(directory.resolve(FILE), StandardCharsets.UTF_8));
    }

    /**
     * Checks that the directory holds exactly these files with these contents, and makes them durable.
     *
     * @throws IOException naming the first file that is missing, extra or different
     */
    public void verifyAndSync(Path directory) throws IOException {
        TreeSet<String> expected = new TreeSet<>();
        for (Entry entry : files) {
            expected.add(entry.name);
            Path file = directory.resolve(entry.name);
            if (!Files.isRegularFile(file)) {
                throw new IOException("missing from the checkpoint: " + entry.name);
            }
            long sizeBytes = Files.size(file);
            if (sizeBytes != entry.sizeBytes) {
                throw new IOException(entry.name + " has " + sizeBytes + " bytes instead of " + entry.sizeBytes);
            }
            String sum = sha256(file);
            if (!sum.equals(entry.sha256)) {
                throw new IOException(entry.name + " has SHA-256 " + sum + " instead of " + entry.sha256);
            }
            DurableFiles.sync(file);
        }
        for (Path file : Durable.list(directory)) {
            String name = file.getFileName().toString();
            if (!expected.contains(name) && !name.equals(FILE)) {
                throw new IOException("not part of the checkpoint: " + name);
            }
        }
        DurableFiles.sync(directory);
    }

    /** All sizes together. */
    public long sizeBytes() {
        return files.stream().mapToLong(Entry::sizeBytes).sum();
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            while (in.read(buffer) >= 0) {
                // The stream feeds the digest.
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
