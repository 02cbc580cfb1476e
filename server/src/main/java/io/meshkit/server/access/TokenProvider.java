package io.meshkit.server.access;

import io.meshkit.domain.access.AccessResolver;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.v1.Credential;
import java.util.Optional;

/** Tokens that the registry has issued. Asked after the providers of bearer tokens of other kinds. */
public final class TokenProvider implements AuthenticationProvider {
    private final AccessState access;

    public TokenProvider(AccessState access) {
        this.access = access;
    }

    @Override
    public Optional<Caller> authenticate(Presented presented) throws RefusedException {
        if (presented.authorization() == null) {
            return Optional.empty();
        }
        String text = presented.bearer().orElse("");
        String id = TokenText.idOf(text);
        AccessState.Token token = access.token(id)
                .filter(known -> TokenText.matches(text, known.sha256()))
                .orElseThrow(() -> new RefusedException("the bearer token is not valid"));
        return Optional.of(new Caller(
                token.principal(),
                Credential.newBuilder()
                        .setMethod(AccessResolver.TOKEN_METHOD)
                        .setId(id)
                        .build()));
    }
}
