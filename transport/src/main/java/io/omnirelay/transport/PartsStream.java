package io.omnirelay.transport;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Byte arrays one after the other, in the form that gRPC writes without copying them first. Thread: one. */
final class PartsStream extends InputStream implements Drainable, KnownLength {
    private final List<byte[]> parts;
    private int part;
    private int offset;

    PartsStream(List<byte[]> parts) {
        this.parts = parts;
    }

    @Override
    public int available() {
        int left = -offset;
        for (int i = part; i < parts.size(); i++) {
            left += parts.get(i).length;
        }
        return left;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
        int written = available();
        for (; part < parts.size(); part++) {
            byte[] bytes = parts.get(part);
            target.write(bytes, offset, bytes.length - offset);
            offset = 0;
        }
        return written;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int at, int length) {
        while (part < parts.size()) {
            byte[] bytes = parts.get(part);
            int count = Math.min(length, bytes.length - offset);
            if (count > 0 || length == 0) {
                System.arraycopy(bytes, offset, into, at, count);
                offset += count;
                return count;
            }
            part++;
            offset = 0;
        }
        return -1;
    }
}
