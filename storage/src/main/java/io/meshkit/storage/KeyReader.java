package io.meshkit.storage;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Takes a key of {@link KeyWriter} apart, component by component, in the order written.
 *
 * <p>A key that does not have the expected form was not written by us: every method throws
 * {@link StorageException} for it.
 *
 * <p>Thread: one.
 */
public final class KeyReader {
    private final byte[] key;
    private int position;

    public KeyReader(byte[] key) {
        this.key = key;
    }

    public int tag() {
        return next();
    }

    public long number() {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << Byte.SIZE | next();
        }
        return value;
    }

    public String text() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(key.length - position);
        while (true) {
            int b = next();
            if (b != KeyWriter.ESCAPE) {
                out.write(b);
                continue;
            }
            switch (next()) {
                case KeyWriter.END -> {
                    return out.toByteArray();
                }
                case KeyWriter.ESCAPED_ZERO -> out.write(KeyWriter.ESCAPE);
                default -> throw malformed();
            }
        }
    }

    /** Asserts that nothing is left. */
    public void end() {
        if (position != key.length) {
            throw malformed();
        }
    }

    private int next() {
        if (position == key.length) {
            throw malformed();
        }
        return Byte.toUnsignedInt(key[position++]);
    }

    private StorageException malformed() {
        return new StorageException(
                "malformed key at byte " + position + ": " + HexFormat.of().formatHex(key));
    }
}
