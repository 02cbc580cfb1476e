package io.omnirelay.transport.grpc.wire;

import io.grpc.Compressor;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Puts messages into frames. Thread: any. */
public final class MessageWriter {
    private static final int PREFIX_BYTES = 5;

    private MessageWriter() {}

    /**
     * One message with its prefix.
     *
     * @param message    of a marshaller; closed here
     * @param compressor null for none
     * @throws io.grpc.StatusRuntimeException if the message cannot be read
     */
    public static byte[] frame(InputStream message, @Nullable Compressor compressor) {
        try (message) {
            Frame out = new Frame(message instanceof KnownLength ? message.available() : 256);
            if (compressor == null) {
                drain(message, out);
            } else {
                try (OutputStream compressed = compressor.compress(out)) {
                    drain(message, compressed);
                }
            }
            return out.finish(compressor != null);
        } catch (IOException | RuntimeException e) {
            throw Status.INTERNAL
                    .withDescription("Failed to frame message")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    private static void drain(InputStream message, OutputStream into) throws IOException {
        if (message instanceof Drainable drainable) {
            drainable.drainTo(into);
        } else {
            message.transferTo(into);
        }
    }

    /** Grows from room for the prefix and the expected length; gives its own array away if that was right. */
    private static final class Frame extends ByteArrayOutputStream {
        Frame(int expectedBytes) {
            super(PREFIX_BYTES + expectedBytes);
            count = PREFIX_BYTES;
        }

        byte[] finish(boolean compressed) {
            byte[] frame = count == buf.length ? buf : toByteArray();
            int length = count - PREFIX_BYTES;
            frame[0] = (byte) (compressed ? 1 : 0);
            frame[1] = (byte) (length >>> 24);
            frame[2] = (byte) (length >>> 16);
            frame[3] = (byte) (length >>> 8);
            frame[4] = (byte) length;
            return frame;
        }
    }
}
