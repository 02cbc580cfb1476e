package io.meshkit.server.jwt;

import com.nimbusds.jwt.JWTClaimsSet;
import io.meshkit.domain.access.AccessChecks;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.options.Scope;
import io.meshkit.server.access.AuthenticationProvider.RefusedException;
import io.meshkit.v1.Credential;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From the claims of a JWT whose signature holds to who its bearer is. Thread: any number. */
final class JwtClaims {
    static final String METHOD = "jwt";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final String OURS = "mesh.";

    private final JwtRules rules;

    JwtClaims(JwtRules rules) {
        this.rules = rules;
    }

    /**
     * @param notBeforeMs Unix ms; 0: any time
     * @param expiresAtMs Unix ms, without the clock skew
     */
    record Claimed(Caller caller, long notBeforeMs, long expiresAtMs) {
        void requireTime(long nowMs, long skewMs) throws RefusedException {
            if (nowMs >= expiresAtMs + skewMs) {
                throw new RefusedException("the JWT has expired", "get a new token from the issuer");
            }
            if (nowMs < notBeforeMs - skewMs) {
                throw new RefusedException(
                        "the JWT does not hold yet", "wait, or compare the clocks of the issuer and the registry");
            }
        }
    }

    Claimed of(JWTClaimsSet claims) throws RefusedException {
        if (!rules.issuer().equals(claims.getIssuer())) {
            throw new RefusedException("the JWT is of another issuer", "get a token from the issuer of this registry");
        }
        if (!claims.getAudience().contains(rules.audience())) {
            throw new RefusedException(
                    "the JWT is for another audience", "ask the issuer for a token whose aud names this registry");
        }
        Date expires = claims.getExpirationTime();
        if (expires == null || expires.getTime() <= 0) {
            throw new RefusedException("the JWT never expires", "have the issuer set exp");
        }
        String principal = rules.prefix() + text(claims.getClaim(rules.principalClaim()));
        if (principal.equals(rules.prefix()) || !AccessChecks.isPrincipal(principal)) {
            throw new RefusedException(
                    "the JWT's claim " + rules.principalClaim() + " names no principal",
                    "it must be 1–" + (256 - rules.prefix().length()) + " of A–Z a–z 0–9 . _ @ : / + = -");
        }
        Credential credential = Credential.newBuilder()
                .setMethod(METHOD)
                .setId(id(claims))
                .addAllGroups(groups(claims))
                .setExpiresAtMs(saturated(expires.getTime(), rules.clockSkewMs()))
                .setScopeMax(scopeMax(claims))
                .build();
        Date notBefore = claims.getNotBeforeTime();
        return new Claimed(
                new Caller(principal, credential), notBefore == null ? 0 : notBefore.getTime(), expires.getTime());
    }

    private static long saturated(long ms, long more) {
        return ms > Long.MAX_VALUE - more ? Long.MAX_VALUE : ms + more;
    }

    private static String id(JWTClaimsSet claims) {
        String id = claims.getJWTID();
        return id != null && ID.matcher(id).matches() ? id : "";
    }

    /** Those that a binding can name, in order. */
    private List<String> groups(JWTClaimsSet claims) throws RefusedException {
        TreeSet<String> groups = new TreeSet<>();
        texts(claims.getClaim(rules.groupsClaim()))
                .map(group -> rules.prefix() + group)
                .filter(AccessChecks::isGroup)
                .forEach(groups::add);
        if (groups.size() > DomainLimits.GROUPS_MAX) {
            throw new RefusedException(
                    "the JWT names " + groups.size() + " groups, at most " + DomainLimits.GROUPS_MAX + " can count",
                    "have the issuer send only those that concern this registry");
        }
        return List.copyOf(groups);
    }

    /** Of the scopes that it claims the widest of ours; unspecified if it claims none of ours at all. */
    private static Scope scopeMax(JWTClaimsSet claims) throws RefusedException {
        List<String> ours = Stream.of("scope", "scp")
                .flatMap(name -> texts(claims.getClaim(name)))
                .flatMap(text -> Stream.of(text.split(" ", -1)))
                .filter(text -> text.startsWith(OURS))
                .toList();
        Scope widest = Scope.SCOPE_UNSPECIFIED;
        for (String name : ours) {
            Scope scope = VerbRule.scope(name);
            widest = scope.getNumber() > widest.getNumber() ? scope : widest;
        }
        if (!ours.isEmpty() && widest == Scope.SCOPE_UNSPECIFIED) {
            throw new RefusedException(
                    "the JWT claims only scopes that the registry does not have",
                    "mesh.observe, mesh.read, mesh.operate or mesh.admin, or none that begins with mesh.");
        }
        return widest;
    }

    private static String text(@Nullable Object claim) {
        return claim instanceof String text ? text : "";
    }

    /** Of a text itself, of a list its texts. */
    private static Stream<String> texts(@Nullable Object claim) {
        if (claim instanceof Collection<?> list) {
            return list.stream().filter(String.class::isInstance).map(Objects::toString);
        }
        return Stream.of(text(claim)).filter(text -> !text.isEmpty());
    }
}
