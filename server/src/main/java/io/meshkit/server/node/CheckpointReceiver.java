package io.meshkit.server.node;

import io.meshkit.internal.v1.CheckpointPart;
import io.meshkit.storage.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the parts of a checkpoint to files, checks every hash and the manifest, and syncs. Thread: one.
 */
final class CheckpointReceiver {
    private final Path directory;
    private final MessageDigest manifest = Sha256.start();
    private @Nullable OpenFile open;
    private int files;
    private long sizeBytes;

    private static final class OpenFile {
        final String path;
        final FileChannel channel;
        final MessageDigest content = Sha256.start();
        long missingBytes;

        OpenFile(String path, FileChannel channel, long sizeBytes) {
            this.path = path;
            this.channel = channel;
            this.missingBytes = sizeBytes;
        }
    }

    /**
     * @param directory exists and is empty
     */
    CheckpointReceiver(Path directory) {
        this.directory = directory;
    }

    /**
     * @throws IOException if the parts are not those of a whole checkpoint; the directory is then worthless
     */
    void receive(Iterator<CheckpointPart> parts) throws IOException {
        boolean whole = false;
        try {
            while (parts.hasNext()) {
                CheckpointPart part = parts.next();
                check(!whole, "a part after the manifest");
                switch (part.getPartCase()) {
                    case BEGIN -> begin(part.getBegin());
                    case DATA -> data(part.getData().asReadOnlyByteBuffer());
                    case END -> end(part.getEnd().getSha256().toByteArray());
                    case MANIFEST -> {
                        manifest(part.getManifest());
                        whole = true;
                    }
                    case PART_NOT_SET -> throw new IOException("a part that this version does not know");
                }
            }
        } finally {
            if (open != null) {
                open.channel.close();
            }
        }
        check(whole, "the stream ended before the manifest");
        DurableFiles.syncTree(directory);
    }

    private void begin(CheckpointPart.FileBegin begin) throws IOException {
        check(open == null, "a file began inside another");
        Path path = directory.resolve(begin.getPath()).normalize();
        check(path.startsWith(directory) && !path.equals(directory), "a path that leads outside: " + begin.getPath());
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        open = new OpenFile(begin.getPath(), channel, begin.getSizeBytes());
    }

    private void data(ByteBuffer data) throws IOException {
        OpenFile file = file();
        file.content.update(data.duplicate());
        file.missingBytes -= data.remaining();
        sizeBytes += data.remaining();
        while (data.hasRemaining()) {
            file.channel.write(data);
        }
    }

    private void end(byte[] sha256) throws IOException {
        OpenFile file = file();
        byte[] hash = file.content.digest();
        check(file.missingBytes == 0, file.path + " has not the size announced");
        check(MessageDigest.isEqual(hash, sha256), file.path + " does not match its SHA-256");
        file.channel.force(true);
        file.channel.close();
        manifest.update(file.path.getBytes(StandardCharsets.UTF_8));
        manifest.update(hash);
        files++;
        open = null;
    }

    private void manifest(CheckpointPart.Manifest expected) throws IOException {
        check(open == null, "the manifest came inside a file");
        boolean same = expected.getFiles() == files
                && expected.getSizeBytes() == sizeBytes
                && MessageDigest.isEqual(manifest.digest(), expected.getSha256().toByteArray());
        check(same, "the files received are not those of the manifest");
    }

    private OpenFile file() throws IOException {
        if (open == null) {
            throw new IOException("checkpoint: data outside a file");
        }
        return open;
    }

    private static void check(boolean holds, String problem) throws IOException {
        if (!holds) {
            throw new IOException("checkpoint: " + problem);
        }
    }
}
