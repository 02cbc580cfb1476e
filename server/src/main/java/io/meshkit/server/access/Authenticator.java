package io.meshkit.server.access;

import io.meshkit.api.ErrorCode;
import io.meshkit.options.Scope;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the principal behind a credential and holds it to a scope, the same way for gRPC, REST and plain
 * routes.
 *
 * <p>A bearer token that does not hold is refused even beside a good certificate: whoever sends one means it.
 * Thread: any number.
 */
public final class Authenticator {
    private static final String BEARER = "Bearer ";

    private final Principals principals;
    private final Denials denials;

    public Authenticator(Principals principals, Denials denials) {
        this.principals = principals;
        this.denials = denials;
    }

    /**
     * @param authorization the header's value, or null
     * @param spiffeId      of the verified client certificate, or null
     * @param needed        the scope that the target demands
     * @param target        the verb or path, for the log
     * @throws io.meshkit.api.RegistryException UNAUTHENTICATED or FORBIDDEN
     */
    public Principal authorize(@Nullable String authorization, @Nullable String spiffeId, Scope needed, String target) {
        Principal principal = authenticate(authorization, spiffeId, target);
        if (!principal.holds(needed)) {
            throw denials.deny(
                    ErrorCode.FORBIDDEN,
                    principal.name(),
                    target,
                    principal.name() + " may not use " + target,
                    "it needs scope " + Scopes.name(needed) + "; an administrator can grant it");
        }
        return principal;
    }

    /**
     * Holds the caller to the scopes that it names for one call, in header {@code x-mesh-scope}.
     *
     * <p>They narrow what its identity holds and never widen it. Clients of the original system send them, and
     * there they were all that was asked for.
     *
     * @param named  scope names between spaces, commas or semicolons; null: not narrowed
     * @throws io.meshkit.api.RegistryException FORBIDDEN
     */
    public void narrow(Principal principal, @Nullable String named, Scope needed, String target) {
        if (named == null) {
            return;
        }
        Scope widest = Scope.SCOPE_UNSPECIFIED;
        for (String name : named.trim().split("[ ,;]+")) {
            Scope scope = Scopes.ofName(name.toLowerCase(Locale.ROOT)).orElse(Scope.SCOPE_UNSPECIFIED);
            if (!principal.holds(scope)) {
                throw denials.deny(
                        ErrorCode.FORBIDDEN,
                        principal.name(),
                        target,
                        "x-mesh-scope names a scope that " + principal.name() + " does not hold",
                        "name scopes of " + principal.scopeNames() + ", or leave the header out");
            }
            widest = Scopes.wider(widest, scope);
        }
        if (!Scopes.includes(widest, needed)) {
            throw denials.deny(
                    ErrorCode.FORBIDDEN,
                    principal.name(),
                    target,
                    "x-mesh-scope narrows the call to " + Scopes.name(widest),
                    "it needs " + Scopes.name(needed) + "; name that scope, or leave the header out");
        }
    }

    private Principal authenticate(@Nullable String authorization, @Nullable String spiffeId, String target) {
        if (authorization != null) {
            return byToken(authorization, target);
        }
        if (spiffeId == null) {
            throw denials.deny(
                    ErrorCode.UNAUTHENTICATED,
                    "nobody",
                    target,
                    "no credential was given",
                    "send 'authorization: Bearer <token>' or a client certificate");
        }
        return principals
                .bySpiffe(spiffeId)
                .orElseThrow(() -> denials.deny(
                        ErrorCode.UNAUTHENTICATED,
                        spiffeId,
                        target,
                        "the certificate's identity is no principal: " + spiffeId,
                        "an administrator can add it to the access file"));
    }

    private Principal byToken(String authorization, String target) {
        Optional<Principal> principal = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? principals.byToken(authorization.substring(BEARER.length()).trim())
                : Optional.empty();
        return principal.orElseThrow(() -> denials.deny(
                ErrorCode.UNAUTHENTICATED,
                "an unknown token",
                target,
                "the bearer token is not valid",
                "check the token; tokens of another quorum do not hold here"));
    }
}
