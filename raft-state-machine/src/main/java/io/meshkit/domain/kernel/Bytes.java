package io.meshkit.domain.kernel;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.meshkit.storage.StorageException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Bytes that every replica makes alike. */
public final class Bytes {
    /** The value of a row whose key says everything. */
    public static final byte[] NONE = new byte[0];

    private static final MessageDigest SHA_256 = newSha256();

    private Bytes() {}

    /** The message with its maps in order of key: equal messages give equal bytes. */
    public static byte[] of(Message message) {
        byte[] bytes = new byte[message.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            message.writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException("writing to an array of the right size", e);
        }
        out.checkNoSpaceLeft();
        return bytes;
    }

    /** @throws StorageException if the row is not what was written */
    public static <T> T parse(Parser<T> parser, byte[] row) {
        try {
            return parser.parseFrom(row);
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("an unreadable row", e);
        }
    }

    /** A copy of one that nobody updates: looking the algorithm up each time takes longer than a short hash. */
    public static MessageDigest sha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-256 can be copied", e);
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
