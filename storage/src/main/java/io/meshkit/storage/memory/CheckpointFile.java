package io.meshkit.storage.memory;

import io.meshkit.storage.DurableFiles;
import io.meshkit.storage.StorageException;
import io.meshkit.storage.Table;
import io.meshkit.storage.WriteBatch;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint of the memory store: a directory with one file.
 *
 * <p>Form: magic, number of tables, then per table its name and its rows (1, key, value)* 0; CRC32C of all
 * that. Numbers are big-endian; names, keys and values are preceded by their length.
 */
final class CheckpointFile {
    private static final long MAGIC = 0x4d45_5348_4d45_4d31L; // "MESHMEM1"
    private static final String NAME = "tables";

    private CheckpointFile() {}

    static void write(Path directory, Tables tables) {
        if (Files.exists(directory)) {
            throw new StorageException("cannot write the checkpoint: " + directory + " exists");
        }
        Path unfinished = directory.resolveSibling(directory.getFileName() + ".unfinished");
        try {
            DurableFiles.deleteTree(unfinished);
            Files.createDirectory(unfinished);
            CRC32C crc = new CRC32C();
            try (DataOutputStream out = new DataOutputStream(new CheckedOutputStream(
                    new BufferedOutputStream(Files.newOutputStream(unfinished.resolve(NAME))), crc))) {
                out.writeLong(MAGIC);
                out.writeInt(tables.names().size());
                for (Table table : tables.names()) {
                    out.writeUTF(table.name());
                    writeRows(out, tables.root(table));
                    out.writeByte(0);
                }
                out.writeLong(crc.getValue());
            }
            DurableFiles.syncTree(unfinished);
            DurableFiles.rename(unfinished, directory);
        } catch (IOException e) {
            throw new StorageException("cannot write the checkpoint " + directory, e);
        }
    }

    private static void writeRows(DataOutputStream out, @Nullable Treap node) throws IOException {
        if (node == null) {
            return;
        }
        writeRows(out, node.left);
        out.writeByte(1);
        writeArray(out, node.key);
        writeArray(out, node.value);
        writeRows(out, node.right);
    }

    /** @return one batch that puts every row */
    static WriteBatch read(Path directory, Set<Table> known) {
        Path file = directory.resolve(NAME);
        CRC32C crc = new CRC32C();
        try (DataInputStream in =
                new DataInputStream(new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), crc))) {
            if (in.readLong() != MAGIC) {
                throw new StorageException(file + " is not a checkpoint of a memory store");
            }
            WriteBatch batch = new WriteBatch();
            for (int tables = in.readInt(); tables > 0; tables--) {
                Table table = new Table(in.readUTF());
                if (!known.contains(table)) {
                    throw new StorageException(file + " holds an unknown table: " + table.name());
                }
                while (in.readByte() == 1) {
                    batch.put(table, readArray(in), readArray(in));
                }
            }
            long expected = crc.getValue();
            if (in.readLong() != expected) {
                throw new StorageException(file + " is damaged: its checksum does not match");
            }
            return batch;
        } catch (IOException | IllegalArgumentException e) {
            throw new StorageException("cannot read the checkpoint " + file, e);
        }
    }

    private static void writeArray(DataOutputStream out, byte[] array) throws IOException {
        out.writeInt(array.length);
        out.write(array);
    }

    private static byte[] readArray(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] array = in.readNBytes(Math.max(length, 0));
        if (array.length != length) {
            throw new IOException("an array of " + length + " bytes ends early");
        }
        return array;
    }
}
