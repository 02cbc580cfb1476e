package io.meshkit.jepsen.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Changes one bit of one file of a tree. */
public final class BitFlip {
    private BitFlip() {}

    /**
     * Flips a bit.
     *
     * @param tree    that has at least one file with content
     * @param without names of files to leave alone
     * @return where, for people
     * @throws IOException if there is no such file, or the bit did not change
     */
    public static String flip(Path tree, List<String> without, Random random) throws IOException {
        List<Path> files = Trees.files(tree).stream()
                .filter(file -> !without.contains(String.valueOf(file.getFileName())))
                .toList();
        if (files.isEmpty()) {
            throw new IOException("no file with content in " + tree);
        }
        Path file = files.get(random.nextInt(files.size()));
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long offset = random.nextLong(open.length());
            int bit = random.nextInt(8);
            open.seek(offset);
            int before = open.read();
            open.seek(offset);
            open.write(before ^ (1 << bit));
            open.getFD().sync();
            open.seek(offset);
            if (open.read() == before) {
                throw new IOException("the bit did not change");
            }
            return tree.relativize(file) + " byte " + offset + " bit " + bit;
        }
    }
}
