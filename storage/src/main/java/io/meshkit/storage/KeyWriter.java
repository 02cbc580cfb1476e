package io.meshkit.storage;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds keys whose byte order is the order of their components, first component first.
 *
 * <p>Numbers take 8 bytes, big-endian, and order as unsigned. Texts and byte strings are escaped (00 becomes
 * 00 FF) and terminated (00 01), so that {@code "a"} comes before {@code "ab"} whatever follows either, and
 * no component can be mistaken for part of its neighbour. Texts order by code point, as their UTF-8 does.
 *
 * <p>The bytes are stored: a change of this encoding is a change of the storage format.
 *
 * <p>Thread: one. Read back by {@link KeyReader}.
 */
public final class KeyWriter {
    static final int ESCAPE = 0x00;
    static final int ESCAPED_ZERO = 0xFF;
    static final int END = 0x01;

    private byte[] bytes = new byte[64];
    private int length;

    /** Appends one byte, ordered as unsigned: a tag that keeps kinds of keys apart. */
    public KeyWriter tag(int value) {
        if (value < 0 || value > 0xFF) {
            throw new IllegalArgumentException("tag must be 0–255: " + value);
        }
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /** Appends a number of 64 bits, ordered as unsigned (so, for what is never negative, as itself). */
    public KeyWriter number(long value) {
        reserve(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    /**
     * Appends a text.
     *
     * @throws IllegalArgumentException if it is not valid Unicode: an unpaired surrogate has no UTF-8
     */
    public KeyWriter text(String value) {
        return textPrefix(value).terminate();
    }

    /**
     * Appends the beginning of a text: every key whose text starts so starts with these bytes. Only as the
     * last component, and only to make the bounds of a scan.
     */
    public KeyWriter textPrefix(String value) {
        reserve(value.length() + 2);
        int start = length;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ESCAPE || c >= 0x80) {
                // Rare: nearly all keys are plain ASCII, for which an encoder would be most of the work.
                length = start;
                escape(utf8(value));
                return this;
            }
            bytes[length++] = (byte) c;
        }
        return this;
    }

    /** Appends a byte string. */
    public KeyWriter bytes(byte[] value) {
        escape(ByteBuffer.wrap(value));
        return terminate();
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private static ByteBuffer utf8(String value) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("key text is not valid Unicode", e);
        }
    }

    private void escape(ByteBuffer value) {
        reserve(2 * value.remaining());
        while (value.hasRemaining()) {
            byte b = value.get();
            bytes[length++] = b;
            if (b == ESCAPE) {
                bytes[length++] = (byte) ESCAPED_ZERO;
            }
        }
    }

    private KeyWriter terminate() {
        reserve(2);
        bytes[length++] = ESCAPE;
        bytes[length++] = END;
        return this;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
