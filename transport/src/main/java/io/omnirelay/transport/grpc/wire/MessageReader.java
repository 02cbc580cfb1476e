package io.omnirelay.transport.grpc.wire;

import io.grpc.Decompressor;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into messages.
 *
 * <p>Memory grows with the bytes that came, never with the length that was announced. Thread: one at a time.
 */
public final class MessageReader {
    private static final int PREFIX_BYTES = 5;
    private static final int CHUNK_BYTES = 8 << 10;

    private final int messageBytesMax;
    private final Queue<Frame> frames = new ArrayDeque<>();
    private final byte[] prefix = new byte[PREFIX_BYTES];
    private int prefixBytes;
    private byte @Nullable [] message;
    private int messageBytes;
    private int length;
    private long bufferedBytes;

    /** @param messageBytesMax of one message, before and after decompression */
    public MessageReader(int messageBytesMax) {
        this.messageBytesMax = messageBytesMax;
    }

    /** One message as it came. */
    @SuppressWarnings("ArrayRecordComponent") // Handed over, not compared.
    public record Frame(boolean compressed, byte[] bytes) {}

    /**
     * Takes bytes; does not release the buffer.
     *
     * @throws StatusRuntimeException RESOURCE_EXHAUSTED over the limit, INTERNAL for a broken prefix
     */
    public void add(ByteBuf in) {
        while (in.isReadable()) {
            if (message == null) {
                int part = Math.min(PREFIX_BYTES - prefixBytes, in.readableBytes());
                in.readBytes(prefix, prefixBytes, part);
                prefixBytes += part;
                if (prefixBytes == PREFIX_BYTES) {
                    begin();
                }
            } else {
                int part = Math.min(length - messageBytes, in.readableBytes());
                if (messageBytes + part > message.length) {
                    message =
                            Arrays.copyOf(message, Math.min(length, Math.max(messageBytes + part, message.length * 2)));
                }
                in.readBytes(message, messageBytes, part);
                messageBytes += part;
                bufferedBytes += part;
            }
            finishMessage();
        }
    }

    private void begin() {
        if ((prefix[0] & 0xFE) != 0) {
            throw Status.INTERNAL
                    .withDescription("gRPC frame header malformed: reserved bits not zero")
                    .asRuntimeException();
        }
        long announced =
                (prefix[1] & 0xFFL) << 24 | (prefix[2] & 0xFF) << 16 | (prefix[3] & 0xFF) << 8 | (prefix[4] & 0xFF);
        if (announced > messageBytesMax) {
            throw tooLarge(announced);
        }
        length = (int) announced;
        messageBytes = 0;
        message = new byte[Math.min(length, CHUNK_BYTES)];
    }

    private void finishMessage() {
        byte[] complete = message;
        if (complete != null && messageBytes == length) {
            frames.add(new Frame(prefix[0] == 1, complete));
            message = null;
            prefixBytes = 0;
        }
    }

    /** The next whole message, or null. */
    public @Nullable Frame next() {
        Frame frame = frames.poll();
        if (frame != null) {
            bufferedBytes -= frame.bytes().length;
        }
        return frame;
    }

    /** Of messages, whole or not, that wait. */
    public long bufferedBytes() {
        return bufferedBytes;
    }

    /** True if a whole message waits. */
    public boolean hasNext() {
        return !frames.isEmpty();
    }

    /** True in the middle of a message. */
    public boolean isPartial() {
        return message != null || prefixBytes > 0;
    }

    /** True while there is no whole message, or less is held than one may read ahead. */
    public boolean wantsMore(int readAheadBytes) {
        return frames.isEmpty() || bufferedBytes < readAheadBytes;
    }

    /**
     * The message for a marshaller.
     *
     * @param decompressor by {@code grpc-encoding}; null for identity
     * @throws StatusRuntimeException if it is compressed by nothing we know, or too large when inflated
     */
    public InputStream open(Frame frame, @Nullable Decompressor decompressor) {
        if (!frame.compressed()) {
            return new Bytes(frame.bytes(), frame.bytes().length);
        }
        if (decompressor == null) {
            throw Status.INTERNAL
                    .withDescription("The message is compressed, but grpc-encoding names nothing")
                    .asRuntimeException();
        }
        try (InputStream inflated = decompressor.decompress(new ByteArrayInputStream(frame.bytes()))) {
            byte[] bytes = inflated.readNBytes(messageBytesMax + 1);
            if (bytes.length > messageBytesMax) {
                throw tooLarge(bytes.length);
            }
            return new Bytes(bytes, bytes.length);
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("The message does not inflate")
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    private StatusRuntimeException tooLarge(long bytes) {
        return Status.RESOURCE_EXHAUSTED
                .withDescription("gRPC message exceeds maximum size " + messageBytesMax + ": " + bytes)
                .asRuntimeException();
    }

    /** Tells protobuf its length, which spares it a copy. */
    private static final class Bytes extends ByteArrayInputStream implements KnownLength {
        Bytes(byte[] bytes, int length) {
            super(bytes, 0, length);
        }
    }
}
