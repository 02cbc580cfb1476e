package io.meshkit.server.access;

import io.meshkit.domain.access.AccessResolver;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.v1.Credential;
import java.util.Optional;

/**
 * Join tokens. Here only the secret is compared: whether the token may still be used is decided where the join is
 * applied, so that a retry finds what became of the first attempt.
 */
public final class JoinTokenProvider implements AuthenticationProvider {
    private final AccessState access;

    public JoinTokenProvider(AccessState access) {
        this.access = access;
    }

    @Override
    public Optional<Caller> authenticate(Presented presented) throws RefusedException {
        String text = presented.bearer().orElse("");
        if (!JoinTokenText.isOne(text)) {
            return Optional.empty();
        }
        String id = JoinTokenText.idOf(text)
                .filter(known -> access.joinSecret(known)
                        .filter(sha256 -> TokenText.matches(text, sha256))
                        .isPresent())
                .orElseThrow(() -> new RefusedException("the join token is not valid"));
        return Optional.of(new Caller(
                AccessResolver.JOIN_METHOD + "/" + id,
                Credential.newBuilder()
                        .setMethod(AccessResolver.JOIN_METHOD)
                        .setId(id)
                        .build()));
    }
}
