package io.meshkit.client;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a join token, taken apart. Immutable.
 *
 * @param id           {@code j-…}, as the registry lists it
 * @param bearer       what is sent to the registry: a secret
 * @param anchorSha256 of the certificate that the servers' certificates lead to, in hexadecimal
 */
public record JoinTicket(String id, String bearer, String anchorSha256) {
    private static final Pattern TEXT = Pattern.compile("(mkj_([0-9a-f]{16})_[A-Za-z0-9_-]{43})_([0-9a-f]{64})");

    /** @throws RegistryException INVALID_REQUEST if it is no such text, without repeating it */
    public static JoinTicket parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    "that is no join token",
                    "mkj_, 16 digits, a secret and 64 digits with _ between, as issue-token has printed it");
        }
        return new JoinTicket("j-" + matcher.group(2), matcher.group(1), matcher.group(3));
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return id;
    }
}
