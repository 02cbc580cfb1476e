package io.meshkit.server.access;

import java.security.SecureRandom;
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
    private static final String ID_PREFIX = "j-";
    private static final Pattern SENT = TokenText.form(PREFIX);

    private JoinTokenText() {}

    /** Whether it is meant to be one. */
    static boolean isOne(String text) {
        return text.startsWith(PREFIX);
    }

    /** The id of the token with this text, if it is well-formed. */
    static Optional<String> idOf(String text) {
        Matcher sent = SENT.matcher(text);
        return sent.matches() ? Optional.of(ID_PREFIX + sent.group(1)) : Optional.empty();
    }

    /**
     * A join token that is issued now: its text is for whoever joins, its hash of what is sent of it.
     *
     * @param anchorSha256 64 hex digits
     */
    public static TokenText.Minted mint(SecureRandom random, String anchorSha256) {
        TokenText.Minted sent = TokenText.mint(random, PREFIX, ID_PREFIX);
        return new TokenText.Minted(sent.id(), sent.text() + "_" + anchorSha256, sent.sha256());
    }
}
