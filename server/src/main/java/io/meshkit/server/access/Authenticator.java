package io.meshkit.server.access;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.access.Grants;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.v1.ErrorDetail;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the principal behind a credential and holds it to a verb's rule, the same way for gRPC, REST and plain
 * routes: early, by what this node knows. Mutations are held to it again when they are applied, reads in the state
 * that they are answered from.
 *
 * <p>A bearer token that does not hold is refused even beside a good certificate: whoever sends one means it.
 * Thread: any number.
 */
public final class Authenticator {
    private final List<AuthenticationProvider> providers;
    private final AccessState access;
    private final SecondLook secondLook;
    private final Denials denials;

    /**
     * @param providers in the order in which they are asked; those of bearer tokens first
     */
    public Authenticator(
            List<AuthenticationProvider> providers, AccessState access, SecondLook secondLook, Denials denials) {
        this.providers = List.copyOf(providers);
        this.access = access;
        this.secondLook = secondLook;
        this.denials = denials;
    }

    /**
     * @throws RegistryException UNAUTHENTICATED or FORBIDDEN
     */
    public Principal authorize(Presented presented, VerbRule rule) {
        Verdict verdict = judge(presented, rule);
        if (verdict.refusal() != null && !presented.isEmpty() && secondLook.look()) {
            verdict = judge(presented, rule);
        }
        if (verdict.refusal() != null) {
            throw denials.deny(verdict.refusal(), verdict.who(), verdict.proof(), rule.verb());
        }
        return new Principal(Objects.requireNonNull(verdict.grants()));
    }

    /**
     * Holds the caller to the scopes that it names for one call, in header {@code x-mesh-scope}.
     *
     * <p>They narrow what its identity holds and never widen it. Clients of the original system send them, and
     * there they were all that was asked for.
     *
     * @param named  scope names between spaces, commas or semicolons; null: not narrowed
     * @throws RegistryException FORBIDDEN
     */
    public void narrow(Principal principal, @Nullable String named, VerbRule rule) {
        if (named == null) {
            return;
        }
        Scope widest = Scope.SCOPE_UNSPECIFIED;
        for (String name : named.trim().split("[ ,;]+")) {
            Scope scope = Scopes.ofName(name.toLowerCase(Locale.ROOT)).orElse(Scope.SCOPE_UNSPECIFIED);
            if (!principal.holds(scope)) {
                throw forbidden(
                        principal,
                        rule,
                        "x-mesh-scope names a scope that " + principal.name() + " does not hold",
                        "name scopes of " + principal.scopeNames() + ", or leave the header out");
            }
            widest = Scopes.wider(widest, scope);
        }
        if (!Scopes.includes(widest, rule.scope())) {
            throw forbidden(
                    principal,
                    rule,
                    "x-mesh-scope narrows the call to " + Scopes.name(widest),
                    "it needs " + Scopes.name(rule.scope()) + "; name that scope, or leave the header out");
        }
    }

    private RegistryException forbidden(Principal principal, VerbRule rule, String message, String hint) {
        return denials.deny(
                RegistryException.detail(ErrorCode.FORBIDDEN, message, hint).build(),
                principal.name(),
                principal.caller().proof(),
                rule.verb());
    }

    /**
     * Whether what was shown still holds, by what this node knows; never waits.
     *
     * @throws RegistryException FORBIDDEN, whatever the reason: the caller was somebody when it began
     */
    public void recheck(Presented presented, VerbRule rule) {
        Verdict verdict = judge(presented, rule);
        if (verdict.refusal() != null) {
            ErrorDetail revoked = RegistryException.detail(
                            ErrorCode.FORBIDDEN,
                            "the right to go on was taken back: "
                                    + verdict.refusal().getMessage(),
                            verdict.refusal().getHint())
                    .build();
            throw denials.deny(revoked, verdict.who(), verdict.proof(), rule.verb());
        }
    }

    private record Verdict(
            @Nullable Grants grants, @Nullable ErrorDetail refusal, String who, String proof) {}

    private Verdict judge(Presented presented, VerbRule rule) {
        Caller caller;
        try {
            Optional<Caller> found = authenticate(presented);
            if (found.isEmpty()) {
                return refused(
                        "no credential was given",
                        "send 'authorization: Bearer <token>' or a client certificate",
                        "nobody");
            }
            caller = found.get();
        } catch (AuthenticationProvider.RefusedException e) {
            return refused(String.valueOf(e.getMessage()), e.hint(), "somebody unknown");
        }
        if (caller.isSystem() || Caller.isReserved(caller.principal())) {
            return refused(caller.principal() + " is nobody's name", "authenticate as somebody", caller.principal());
        }
        Grants grants = access.grants(caller);
        long nowMs = System.currentTimeMillis();
        ErrorDetail refusal = rule.kind() == VerbKind.VERB_KIND_NODE
                ? grants.refusalAnywhere(rule, nowMs)
                : grants.refusal(rule, nowMs);
        return new Verdict(grants, refusal, caller.principal(), caller.proof());
    }

    private Optional<Caller> authenticate(Presented presented) throws AuthenticationProvider.RefusedException {
        for (AuthenticationProvider provider : providers) {
            Optional<Caller> caller = provider.authenticate(presented);
            if (caller.isPresent()) {
                return caller;
            }
        }
        return Optional.empty();
    }

    private static Verdict refused(String message, String hint, String who) {
        return new Verdict(
                null,
                RegistryException.detail(ErrorCode.UNAUTHENTICATED, message, hint)
                        .build(),
                who,
                "");
    }
}
