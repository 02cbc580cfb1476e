package io.omnirelay.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Replaces a key and its certificate together, under names that stay: whoever reads them, also after a crash in between,
 * finds two that belong together.
 *
 * <p>Each pair has a directory of its own, and both names are symbolic links through one more, which is replaced in one
 * step. A directory in which they are plain files is brought into that form first. The pair before the one in use is
 * kept, for readers that are between the two files. One writer at a time.
 */
public final class CredentialFiles {
    private static final String CURRENT = ".current";
    private static final String PAIR = ".certificate-";

    private final Path directory;
    private final String keyName;
    private final String certificateName;

    public CredentialFiles(Path directory, String keyName, String certificateName) {
        this.directory = directory;
        this.keyName = keyName;
        this.certificateName = certificateName;
    }

    /**
     * @param before of the pair that is there, for the name of its directory
     * @param after  of the new one; another
     */
    public void replace(String before, String after, String key, String certificate) throws IOException {
        if (!isLink(CURRENT) || !isLink(keyName) || !isLink(certificateName)) {
            write(before, read(keyName), read(certificateName));
            link(CURRENT, PAIR + before);
            // Each of the two steps leaves what is read as it is.
            link(keyName, CURRENT + "/" + keyName);
            link(certificateName, CURRENT + "/" + certificateName);
        }
        Path inUse = Files.readSymbolicLink(directory.resolve(CURRENT));
        write(after, key, certificate);
        link(CURRENT, PAIR + after);
        forgetAllBut(List.of(inUse.toString(), PAIR + after));
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    private void write(String serial, String key, String certificate) throws IOException {
        Path pair = directory.resolve(PAIR + serial);
        SecretFiles.createDirectories(pair);
        SecretFiles.write(pair.resolve(keyName), key);
        SecretFiles.write(pair.resolve(certificateName), certificate);
    }

    private boolean isLink(String name) {
        return Files.isSymbolicLink(directory.resolve(name));
    }

    /** In one step: the name is never missing. */
    private void link(String name, String target) throws IOException {
        Path temporary = directory.resolve(name.startsWith(".") ? name + ".new" : "." + name + ".new");
        Files.deleteIfExists(temporary);
        Files.createSymbolicLink(temporary, Path.of(target));
        Files.move(
                temporary,
                directory.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private void forgetAllBut(List<String> kept) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.startsWith(PAIR) && !kept.contains(name)) {
                    delete(entry);
                }
            }
        }
    }

    private static void delete(Path pair) throws IOException {
        try (Stream<Path> files = Files.list(pair)) {
            files.forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Files.delete(pair);
    }
}
