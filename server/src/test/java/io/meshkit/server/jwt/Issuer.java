package io.meshkit.server.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;

/** Somebody who issues JWTs. */
public final class Issuer {
    public static final String NAME = "https://issuer.test";
    static final long NOW_MS = 1_900_000_000_000L;

    final RSAKey rsa;
    final ECKey ec;
    private final String audience;
    private final long nowMs;

    public Issuer(String audience, String kids, long nowMs) {
        this.audience = audience;
        this.nowMs = nowMs;
        try {
            rsa = new RSAKeyGenerator(2048)
                    .keyID(kids + "-rsa")
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
            ec = new ECKeyGenerator(Curve.P_256).keyID(kids + "-ec").generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    List<JWK> publicKeys() {
        return List.of(rsa.toPublicJWK(), ec.toPublicJWK());
    }

    /** The JWK Set that it publishes. */
    public String jwks() {
        return new JWKSet(publicKeys()).toString();
    }

    JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> change) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(NAME)
                .audience(audience)
                .subject("alice")
                .jwtID("id-1")
                .expirationTime(new Date(nowMs + 60_000));
        change.accept(claims);
        return claims.build();
    }

    /** A good token, but for what is changed. */
    public String token(Consumer<JWTClaimsSet.Builder> change) {
        return rsaToken(JWSAlgorithm.RS256, claims(change));
    }

    String rsaToken(JWSAlgorithm algorithm, JWTClaimsSet claims) {
        try {
            return sign(
                    new JWSHeader.Builder(algorithm)
                            .keyID(rsa.getKeyID())
                            .type(JOSEObjectType.JWT)
                            .build(),
                    claims,
                    new RSASSASigner(rsa));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    String ecToken(JWTClaimsSet claims) {
        try {
            return sign(
                    new JWSHeader.Builder(JWSAlgorithm.ES256)
                            .keyID(ec.getKeyID())
                            .build(),
                    claims,
                    new ECDSASigner(ec));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static String sign(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) throws JOSEException {
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(signer);
        return jwt.serialize();
    }
}
