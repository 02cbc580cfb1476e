package io.meshkit.server.access;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a join token: {@code mkj_<id>_<secret>_<anchor>}. What is before the anchor is sent to the registry: it is
 * found by its id and compared once. By the anchor, the SHA-256 of the servers' CA, whoever joins knows the registry
 * before it sends anything.
 * Thread: any number.
 */
public final class JoinTokenText {
    private static final String PREFIX = "mkj_";
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;

    private static final Pattern SENT = Pattern.compile(PREFIX + "([0-9a-f]{16})_[A-Za-z0-9_-]{43}");

    private JoinTokenText() {}

    /** Whether it is meant to be one. */
    static boolean isOne(String text) {
        return text.startsWith(PREFIX);
    }

    /** The id of the token with this text, if it is well-formed. */
    static Optional<String> idOf(String text) {
        Matcher sent = SENT.matcher(text);
        return sent.matches() ? Optional.of("j-" + sent.group(1)) : Optional.empty();
    }

    /**
     * A join token that is issued now.
     *
     * @param text   for whoever joins, and for nobody else
     * @param sha256 of what is sent of it: what is kept
     */
    public record Minted(String id, String text, ByteString sha256) {
        /** Never the secret. */
        @Override
        public String toString() {
            return id;
        }
    }

    /** @param anchorSha256 64 hex digits */
    public static Minted mint(SecureRandom random, String anchorSha256) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        String hex = HexFormat.of().formatHex(id);
        String sent =
                PREFIX + hex + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new Minted("j-" + hex, sent + "_" + anchorSha256, ByteString.copyFrom(TokenText.sha256(sent)));
    }
}
