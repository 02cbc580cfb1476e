package io.meshkit.client;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.api.RequestIds;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * What somebody asks with who joins. With the same key and the same request id, the registry answers with the same
 * certificate again: so whoever stores it first loses nothing by a crash. Immutable.
 *
 * @param keys      EC on P-256, made by whoever joins; the private one goes nowhere
 * @param requestId names the join in the registry
 */
public record JoinAttempt(KeyPair keys, String requestId) {

    /** With a new key. */
    public static JoinAttempt fresh() {
        return new JoinAttempt(Pkcs10.newKeys(), RequestIds.next("join"));
    }

    /** Three lines: request id, private and public key. A secret. */
    public String toText() {
        Base64.Encoder base64 = Base64.getEncoder();
        return requestId + "\n" + base64.encodeToString(keys.getPrivate().getEncoded()) + "\n"
                + base64.encodeToString(keys.getPublic().getEncoded()) + "\n";
    }

    /** @throws RegistryException INVALID_REQUEST if {@link #toText} has made no such text; nothing of it is repeated */
    public static JoinAttempt ofText(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length == 4) {
            try {
                KeyFactory factory = KeyFactory.getInstance("EC");
                Base64.Decoder base64 = Base64.getDecoder();
                return new JoinAttempt(
                        new KeyPair(
                                factory.generatePublic(new X509EncodedKeySpec(base64.decode(lines[2]))),
                                factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(lines[1])))),
                        lines[0]);
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                // Told below, without what stands in it.
            }
        }
        throw RegistryException.of(
                ErrorCode.INVALID_REQUEST,
                "that is no join that was begun",
                "begin anew, with another token if need be");
    }

    /** Never the private key. */
    @Override
    public String toString() {
        return requestId;
    }
}
