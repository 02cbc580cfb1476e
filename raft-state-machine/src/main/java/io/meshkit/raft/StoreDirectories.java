package io.meshkit.raft;

import io.meshkit.storage.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the live store lies, and how another member's snapshot takes its place.
 *
 * <p>Each store has a directory of its own, never renamed while it is open; the file {@code LIVE} names the one
 * that counts and is replaced atomically. A crash at any point leaves {@code LIVE} naming a whole store:
 * <pre>
 * db/LIVE           g-0000000002
 * db/g-0000000002/  the live store
 * db/fetch/         a download in progress, worthless after a restart
 * </pre>
 *
 * <p>Thread: one at a time.
 */
final class StoreDirectories {
    private static final String LIVE = "LIVE";
    private static final String FETCH = "fetch";
    private static final Pattern NAME = Pattern.compile("g-(\\d{10})");

    private final Path directory;

    StoreDirectories(Path directory) {
        this.directory = directory;
    }

    /** The live store's directory after a start; whatever does not count any more is deleted. */
    Path recover() throws IOException {
        Durable.createDirectory(directory);
        Path pointer = directory.resolve(LIVE);
        if (!Files.exists(pointer)) {
            Durable.replace(pointer, name(1));
        }
        Path live = live();
        for (Path entry : Durable.list(directory)) {
            if (!entry.equals(live) && !entry.equals(pointer)) {
                DurableFiles.deleteTree(entry);
            }
        }
        return live;
    }

    /** The directory that {@code LIVE} names. */
    Path live() throws IOException {
        String name = Files.readString(directory.resolve(LIVE)).strip();
        if (!NAME.matcher(name).matches()) {
            throw new IOException(directory.resolve(LIVE) + " names no store: '" + name + "'");
        }
        return directory.resolve(name);
    }

    /** An empty directory to download into. */
    Path newFetch() throws IOException {
        Path fetch = directory.resolve(FETCH);
        DurableFiles.deleteTree(fetch);
        Durable.createDirectory(fetch);
        return fetch;
    }

    /** Makes the fetched store the live one, durably. The former one still exists: it may be open. */
    Path adopt(Path fetched) throws IOException {
        Matcher current = NAME.matcher(live().getFileName().toString());
        if (!current.matches()) {
            throw new IOException("no live store in " + directory);
        }
        Path adopted = directory.resolve(name(Long.parseLong(current.group(1)) + 1));
        DurableFiles.deleteTree(adopted);
        DurableFiles.rename(fetched, adopted);
        Durable.replace(directory.resolve(LIVE), adopted.getFileName().toString());
        return adopted;
    }

    private static String name(long number) {
        return String.format(Locale.ROOT, "g-%010d", number);
    }
}
