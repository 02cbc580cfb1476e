package io.meshkit.domain.kernel;

import io.meshkit.storage.StoreView;
import io.meshkit.v1.QuorumKeyRow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Positions that are handed to callers and come back: page cursors and resume tokens, sealed with the quorum's
 * key, so that any node takes them and nobody else can make one.
 *
 * <p>Layout: purpose (1), quorum (8), revision (8), hash of what is listed or watched (8), place (any), seal
 * (16). Before the key is installed, which takes a new quorum its first moments, a key of zeros seals: such a
 * token stops to hold then. Immutable. Thread: any number.
 */
public final class Tokens {
    private static final byte[] KEY_ROW = "quorum-key".getBytes(StandardCharsets.US_ASCII);
    private static final String ALGORITHM = "HmacSHA256";

    public static final int KEY_BYTES = 32;
    public static final int HASH_BYTES = 8;
    private static final int QUORUM_BYTES = 8;
    private static final int SEAL_BYTES = 16;
    private static final int HEADER_BYTES = 1 + QUORUM_BYTES + Long.BYTES + HASH_BYTES;
    private static final int CHARS_MAX = 4096;

    private final byte[] quorum;
    private final Mac prototype;

    /** What a token is for. The numbers are part of the format. */
    public enum Purpose {
        CURSOR(1),
        RESUME(2);

        private final byte tag;

        Purpose(int tag) {
            this.tag = (byte) tag;
        }
    }

    /** What a text turned out to be. */
    public sealed interface Opened {
        /** @param place what the token was made with; the caller owns it */
        record Valid(long revision, byte[] place) implements Opened {}

        /** Nothing that this registry has made, or changed since. */
        record Forged() implements Opened {}

        /** Of another quorum. */
        record Foreign() implements Opened {}

        /** Of another list, or of a watch with another filter. */
        record Other() implements Opened {}
    }

    private Tokens(QuorumKeyRow row) {
        byte[] key = row.getKey().isEmpty() ? new byte[KEY_BYTES] : row.getKey().toByteArray();
        MessageDigest digest = Bytes.sha256();
        digest.update(row.getClusterId().getBytes(StandardCharsets.UTF_8));
        digest.update(Bytes.sha256().digest(key));
        this.quorum = Arrays.copyOf(digest.digest(), QUORUM_BYTES);
        try {
            this.prototype = Mac.getInstance(ALGORITHM);
            prototype.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** With the key that the state holds. */
    public static Tokens of(StoreView view) {
        return new Tokens(row(view));
    }

    /** Whether the state holds a key of the quorum. */
    public static boolean hasKey(StoreView view, String clusterId) {
        QuorumKeyRow row = row(view);
        return !row.getKey().isEmpty() && row.getClusterId().equals(clusterId);
    }

    static byte[] keyRow() {
        return KEY_ROW.clone();
    }

    private static QuorumKeyRow row(StoreView view) {
        byte[] row = view.get(Tables.META, KEY_ROW);
        return row == null ? QuorumKeyRow.getDefaultInstance() : Bytes.parse(QuorumKeyRow.parser(), row);
    }

    /**
     * @param hash  {@link #HASH_BYTES} bytes that tell what is listed or watched
     * @param place where in it, beside the revision; may be empty
     */
    public String seal(Purpose purpose, long revision, byte[] hash, byte[] place) {
        byte[] content = ByteBuffer.allocate(HEADER_BYTES + place.length)
                .put(purpose.tag)
                .put(quorum)
                .putLong(revision)
                .put(hash, 0, HASH_BYTES)
                .put(place)
                .array();
        byte[] token = Arrays.copyOf(content, content.length + SEAL_BYTES);
        System.arraycopy(mac(content), 0, token, content.length, SEAL_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** Takes a text apart and says what it is. */
    public Opened open(String text, Purpose purpose, byte[] hash) {
        byte[] token = decode(text);
        if (token == null || token[0] != purpose.tag) {
            return new Opened.Forged();
        }
        if (!Arrays.equals(token, 1, 1 + QUORUM_BYTES, quorum, 0, QUORUM_BYTES)) {
            return new Opened.Foreign();
        }
        byte[] content = Arrays.copyOf(token, token.length - SEAL_BYTES);
        byte[] seal = Arrays.copyOfRange(token, content.length, token.length);
        if (!MessageDigest.isEqual(Arrays.copyOf(mac(content), SEAL_BYTES), seal)) {
            return new Opened.Forged();
        }
        ByteBuffer fields = ByteBuffer.wrap(content, 1 + QUORUM_BYTES, content.length - 1 - QUORUM_BYTES);
        long revision = fields.getLong();
        byte[] sealedHash = new byte[HASH_BYTES];
        fields.get(sealedHash);
        if (!Arrays.equals(sealedHash, 0, HASH_BYTES, hash, 0, HASH_BYTES)) {
            return new Opened.Other();
        }
        return new Opened.Valid(revision, Arrays.copyOfRange(content, HEADER_BYTES, content.length));
    }

    private static byte @Nullable [] decode(String text) {
        if (text.length() > CHARS_MAX) {
            return null;
        }
        try {
            byte[] token = Base64.getUrlDecoder().decode(text);
            return token.length < HEADER_BYTES + SEAL_BYTES ? null : token;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private byte[] mac(byte[] content) {
        try {
            return ((Mac) prototype.clone()).doFinal(content);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's " + ALGORITHM + " can be cloned", e);
        }
    }
}
