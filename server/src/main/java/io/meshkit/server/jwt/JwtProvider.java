package io.meshkit.server.jwt;

import com.google.protobuf.ByteString;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import io.meshkit.domain.kernel.Caller;
import io.meshkit.server.access.AuthenticationProvider;
import io.meshkit.server.access.Presented;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Bearer tokens that are JWTs. A token that has been verified is known again by its hash while the keys stay the same,
 * so that each call need not check its signature; its times are looked at always.
 *
 * <p>Thread: any number.
 */
public final class JwtProvider implements AuthenticationProvider {
    /** Verified tokens that are kept; beyond, all are verified anew. */
    static final int KEPT_MAX = 10_000;
    /** Types of token in the header; most issuers name none. */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    private final JwtRules rules;
    private final JwtKeys keys;
    private final LongSupplier clockMs;
    private final JwtClaims claims;
    private final DefaultJWSVerifierFactory verifiers = new DefaultJWSVerifierFactory();
    private volatile Kept kept = new Kept(List.of(), new ConcurrentHashMap<>());

    /** By the SHA-256 of the token; holds while the keys are these. */
    private record Kept(List<JWK> keys, ConcurrentHashMap<ByteString, JwtClaims.Claimed> tokens) {}

    /** @param clockMs Unix ms */
    public JwtProvider(JwtRules rules, JwtKeys keys, LongSupplier clockMs) {
        this.rules = rules;
        this.keys = keys;
        this.clockMs = clockMs;
        this.claims = new JwtClaims(rules);
    }

    @Override
    public Optional<Caller> authenticate(Presented presented) throws RefusedException {
        String text = presented.bearer().orElse("");
        if (!isJwt(text)) {
            return Optional.empty();
        }
        if (text.length() > rules.tokenBytesMax()) {
            throw new RefusedException(
                    "the JWT has more than " + rules.tokenBytesMax() + " bytes",
                    "have the issuer leave out claims, or raise authentication.jwt.token-bytes-max");
        }
        List<JWK> current = keys.current();
        if (current.isEmpty()) {
            keys.ask();
            throw new RefusedException(
                    "the keys of the JWT's issuer are not known",
                    "try again in a few seconds; meshkit_jwt_keys and the node's log tell more");
        }
        Kept known = kept(current);
        ByteString hash = sha256(text);
        JwtClaims.Claimed claimed = known.tokens().get(hash);
        if (claimed == null) {
            claimed = claims.of(verified(text, current));
            known.tokens().put(hash, claimed);
        }
        claimed.requireTime(clockMs.getAsLong(), rules.clockSkewMs());
        return Optional.of(claimed.caller());
    }

    /** Three or five parts, the first of them JSON in base64url. Tokens of the registry's own have no such form. */
    static boolean isJwt(String text) {
        return text.startsWith("ey") && text.indexOf('.') > 0;
    }

    private Kept kept(List<JWK> current) {
        Kept known = kept;
        if (known.keys() != current || known.tokens().size() >= KEPT_MAX) {
            known = new Kept(current, new ConcurrentHashMap<>());
            kept = known;
        }
        return known;
    }

    private JWTClaimsSet verified(String text, List<JWK> current) throws RefusedException {
        SignedJWT jwt = signed(text);
        JWSHeader header = jwt.getHeader();
        if (!rules.algorithms().contains(header.getAlgorithm())) {
            throw new RefusedException(
                    "the JWT's algorithm does not count here",
                    "have the issuer sign by one of " + rules.algorithmNames());
        }
        if (header.getType() != null
                && !TYPES.contains(header.getType().getType().toLowerCase(Locale.ROOT))) {
            throw new RefusedException("the JWT is of a type that is no credential", "send an access token");
        }
        JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
        boolean found = false;
        for (JWK key : current) {
            if (matcher.matches(key)) {
                found = true;
                if (verifies(jwt, key)) {
                    return claimsOf(jwt);
                }
            }
        }
        if (!found) {
            keys.ask();
            throw new RefusedException(
                    "the JWT is signed by a key that is not among those of the issuer",
                    "if the issuer has changed its keys a moment ago, try again in a few seconds");
        }
        throw new RefusedException("the JWT's signature does not hold", "get a new token from the issuer");
    }

    private static SignedJWT signed(String text) throws RefusedException {
        JWT jwt;
        try {
            jwt = JWTParser.parse(text);
        } catch (ParseException | RuntimeException e) {
            // What the library says may quote the token.
            throw malformed();
        }
        if (jwt instanceof SignedJWT signed) {
            return signed;
        }
        throw new RefusedException(
                jwt instanceof EncryptedJWT ? "the JWT is encrypted" : "the JWT is not signed",
                "send a JWT that its issuer has signed");
    }

    private static JWTClaimsSet claimsOf(SignedJWT jwt) throws RefusedException {
        JWTClaimsSet found;
        try {
            found = jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw malformed();
        }
        if (found == null) {
            throw malformed();
        }
        return found;
    }

    private static RefusedException malformed() {
        return new RefusedException("the bearer token is no well-formed JWT", "send the issuer's token unchanged");
    }

    private boolean verifies(SignedJWT jwt, JWK key) {
        try {
            return jwt.verify(verifiers.createJWSVerifier(jwt.getHeader(), ((AsymmetricJWK) key).toPublicKey()));
        } catch (JOSEException | RuntimeException e) {
            return false;
        }
    }

    private static ByteString sha256(String text) {
        try {
            return ByteString.copyFrom(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
