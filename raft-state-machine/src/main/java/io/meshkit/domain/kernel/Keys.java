package io.meshkit.domain.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * How rows are named: order-preserving keys, so that a prefix scan yields tuples in their own order.
 *
 * <p>Text is UTF-8, with 0x00 written as 0x00 0xFF, ended by 0x00 0x01: no text's key is a prefix of
 * another's, and {@code "a" < "a.b"} holds whatever follows. Longs are non-negative, 8 bytes, big-endian.
 */
public final class Keys {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

    private Keys() {}

    public static Keys key() {
        return new Keys();
    }

    /** A key that begins with a tag: 1–255. */
    public static Keys tagged(int tag) {
        return new Keys().tag(tag);
    }

    /** A key that is one bare text, not ended. */
    public static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public Keys tag(int tag) {
        out.write(tag);
        return this;
    }

    public Keys string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            out.write(b);
            if (b == 0) {
                out.write(0xFF);
            }
        }
        out.write(0);
        out.write(1);
        return this;
    }

    /** @param value ≥ 0 */
    public Keys number(long value) {
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            out.write((int) (value >>> shift));
        }
        return this;
    }

    /** Bytes as they are: only as the last part. */
    public Keys raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public byte[] bytes() {
        return out.toByteArray();
    }
}
