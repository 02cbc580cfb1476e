package io.meshkit.server.access;

import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The text of a join token: {@code mkj_<id>_<secret>}, so that it is found by its id and compared once.
 * Thread: any number.
 */
public final class JoinTokenText {
    private static final String PREFIX = "mkj_";
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;

    private JoinTokenText() {}

    /**
     * A join token that is issued now.
     *
     * @param text   for whoever joins, and for nobody else
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
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        String hex = HexFormat.of().formatHex(id);
        String text =
                PREFIX + hex + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new Minted("j-" + hex, text, ByteString.copyFrom(TokenText.sha256(text)));
    }
}
