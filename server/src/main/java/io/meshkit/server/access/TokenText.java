package io.meshkit.server.access;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a token: {@code mkt_<id>_<secret>}, so that it is found by its id and compared once.
 *
 * <p>A text of any other form, as access files have them, goes by the first half of its hash. Thread: any number.
 */
public final class TokenText {
    private static final String PREFIX = "mkt_";
    private static final Pattern ISSUED = form(PREFIX);
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;
    private static final int FILE_ID_BYTES = 16;

    private TokenText() {}

    /**
     * A token that is issued now.
     *
     * @param text   for its bearer, and for nobody else
     * @param sha256 of the text: what is kept
     */
    public record Minted(String id, String text, ByteString sha256) {
        /** Never the secret. */
        @Override
        public String toString() {
            return id;
        }
    }

    public static Minted mint(SecureRandom random) {
        return mint(random, PREFIX, "t-");
    }

    /** What a token with that prefix looks like; its group is the id, without what all ids begin with. */
    static Pattern form(String prefix) {
        return Pattern.compile(prefix + "([0-9a-f]{16})_[A-Za-z0-9_-]{43}");
    }

    static Minted mint(SecureRandom random, String prefix, String idPrefix) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        String hex = HexFormat.of().formatHex(id);
        String text =
                prefix + hex + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new Minted(idPrefix + hex, text, ByteString.copyFrom(sha256(text)));
    }

    /** The id of the token with this text, if there is such a token. */
    static String idOf(String text) {
        Matcher issued = ISSUED.matcher(text);
        return issued.matches() ? "t-" + issued.group(1) : fileId(sha256(text));
    }

    /** The id of a token that is only known by its hash. */
    static String fileId(byte[] sha256) {
        return "s-" + HexFormat.of().formatHex(Arrays.copyOf(sha256, FILE_ID_BYTES));
    }

    /** Takes as long for a wrong token as for a right one. */
    static boolean matches(String text, ByteString sha256) {
        return MessageDigest.isEqual(sha256(text), sha256.toByteArray());
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
