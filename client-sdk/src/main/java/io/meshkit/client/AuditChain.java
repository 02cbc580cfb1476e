package io.meshkit.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.meshkit.v1.AuditEntry;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash chain of the audit history, computed where no node can have a say in it: of each entry SHA-256 over the
 * hash of the one before, and then the entry's bytes without its hash, maps in order of their keys.
 *
 * <p>It needs the whole entry: one that has passed through a client of an older version, or through JSON, may have
 * lost fields. Thread: any number.
 */
public final class AuditChain {
    private static final int HASH_BYTES = 32;

    /** What the entry of revision 1 is chained to: zeros. */
    public static final ByteString ROOT = ByteString.copyFrom(new byte[HASH_BYTES]);

    private AuditChain() {}

    /**
     * The hash that the entry must have.
     *
     * @param previous hash of the entry one revision before, 32 bytes; {@link #ROOT} before the first
     */
    public static ByteString hash(ByteString previous, AuditEntry entry) {
        MessageDigest digest = sha256();
        digest.update(previous.toByteArray());
        digest.update(deterministic(entry.toBuilder().clearHash().build()));
        return ByteString.copyFrom(digest.digest());
    }

    /** Whether the entry is what its hash says, after the entry of that hash. */
    public static boolean follows(ByteString previous, AuditEntry entry) {
        return hash(previous, entry).equals(entry.getHash());
    }

    private static byte[] deterministic(AuditEntry entry) {
        byte[] bytes = new byte[entry.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            entry.writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException("writing to an array of the right size", e);
        }
        out.checkNoSpaceLeft();
        return bytes;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
