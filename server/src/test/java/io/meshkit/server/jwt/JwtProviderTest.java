package io.meshkit.server.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.codahale.metrics.MetricRegistry;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.Commands;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.server.access.AccessState;
import io.meshkit.server.access.Authenticator;
import io.meshkit.server.access.MtlsProvider;
import io.meshkit.server.access.Presented;
import io.meshkit.server.access.Principal;
import io.meshkit.server.access.SecondLook;
import io.meshkit.server.access.TestAccess;
import io.meshkit.server.access.TokenProvider;
import io.meshkit.server.verbs.FakeReplica;
import io.meshkit.v1.Binding;
import io.meshkit.v1.SeedAccessRequest;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who a JWT makes of its bearer, and each way that is known of cheating with one. */
class JwtProviderTest {
    private static final String AUDIENCE = "6f1c2a3e-9a77-4c8e-a1c5-0d2b6f7e8a90";
    private static final long SKEW_MS = 30_000;
    private static final int BYTES_MAX = 4_096;
    private static final Issuer ISSUER = new Issuer(AUDIENCE, "k1", Issuer.NOW_MS);
    private static final Issuer STRANGER = new Issuer(AUDIENCE, "k1", Issuer.NOW_MS);

    private final AtomicLong nowMs = new AtomicLong(Issuer.NOW_MS);
    private final FakeReplica replica = new FakeReplica();
    private JwtKeys keys;
    private Authenticator authenticator;

    @BeforeEach
    void start() throws Exception {
        keys = new JwtKeys(ISSUER::publicKeys, new JwtKeys.Limits(3_600_000, 0), new MetricRegistry()).start(true);
        JwtRules rules = new JwtRules(
                Issuer.NAME,
                AUDIENCE,
                Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256),
                SKEW_MS,
                BYTES_MAX,
                "sub",
                "groups",
                "jwt:");
        AccessState access = TestAccess.state(replica);
        replica.listen(access);
        replica.apply(Commands.withRequestId(
                Commands.ofSystem(
                        SeedAccessRequest.newBuilder()
                                .addBindings(Binding.newBuilder()
                                        .setPrincipal("jwt:alice")
                                        .setRole("mesh.operate"))
                                .addBindings(Binding.newBuilder()
                                        .setGroup("jwt:admins")
                                        .setRole("mesh.admin"))
                                .addBindings(Binding.newBuilder()
                                        .setPrincipal("root")
                                        .setRole("mesh.admin"))
                                .build(),
                        "meshkit:upkeep"),
                "seed"));
        authenticator = new Authenticator(
                List.of(new JwtProvider(rules, keys, nowMs::get), new TokenProvider(access), new MtlsProvider()),
                access,
                SecondLook.NEVER,
                TestAccess.denials());
    }

    @AfterEach
    void stop() throws Exception {
        keys.close();
    }

    private static VerbRule rule(Scope scope) {
        return new VerbRule("Verb", scope, VerbKind.VERB_KIND_READ, false);
    }

    private Principal principal(String token, Scope scope) {
        return authenticator.authorize(new Presented("Bearer " + token, null), rule(scope));
    }

    private RegistryException refusal(String token, Scope scope) {
        return catchThrowableOfType(RegistryException.class, () -> principal(token, scope));
    }

    @Test
    void authenticate_goodToken_isItsSubject() {
        Principal alice = principal(ISSUER.token(claims -> {}), Scope.SCOPE_OPERATE);
        assertThat(alice.name()).isEqualTo("jwt:alice");
        assertThat(alice.caller().proof()).isEqualTo("jwt/id-1");
        assertThat(alice.caller().credential().getExpiresAtMs()).isEqualTo(Issuer.NOW_MS + 60_000 + SKEW_MS);
        assertThat(principal(ISSUER.ecToken(ISSUER.claims(claims -> {})), Scope.SCOPE_READ)
                        .name())
                .isEqualTo("jwt:alice");
    }

    @Test
    void authenticate_again_isKnownByItsHash_untilItExpires() {
        String token = ISSUER.token(claims -> {});
        Principal first = principal(token, Scope.SCOPE_READ);
        assertThat(principal(token, Scope.SCOPE_READ).caller()).isSameAs(first.caller());
        nowMs.addAndGet(60_000 + SKEW_MS);
        assertThat(refusal(token, Scope.SCOPE_READ)).hasMessageContaining("has expired");
    }

    @Test
    void authenticate_groups_holdWhatIsBoundToThem() {
        assertThat(refusal(ISSUER.token(claims -> {}), Scope.SCOPE_ADMIN).code())
                .isEqualTo(ErrorCode.FORBIDDEN);
        Consumer<JWTClaimsSet.Builder> admins =
                claims -> claims.claim("groups", List.of("b", "admins", "b", "no group"));
        Principal admin = principal(ISSUER.token(admins), Scope.SCOPE_ADMIN);
        assertThat(admin.caller().credential().getGroupsList()).containsExactly("jwt:admins", "jwt:b");
        assertThat(principal(ISSUER.token(claims -> claims.claim("groups", "admins")), Scope.SCOPE_ADMIN)
                        .name())
                .isEqualTo("jwt:alice");
    }

    @Test
    void authenticate_aNameOfAnotherKind_isNobodysButTheIssuers() {
        RegistryException refused = refusal(ISSUER.token(claims -> claims.subject("root")), Scope.SCOPE_OBSERVE);
        assertThat(refused.code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(refused).hasMessageContaining("jwt:root");
    }

    @Test
    void authenticate_claimedScopes_narrowAndNeverWiden() {
        String narrowed = ISSUER.token(claims -> claims.claim("scope", "openid mesh.read mesh.observe"));
        assertThat(principal(narrowed, Scope.SCOPE_READ).scopeNames()).containsExactly("mesh.observe", "mesh.read");
        assertThat(refusal(narrowed, Scope.SCOPE_OPERATE).code()).isEqualTo(ErrorCode.FORBIDDEN);
        String wide = ISSUER.token(claims -> claims.claim("scp", List.of("mesh.admin")));
        assertThat(principal(wide, Scope.SCOPE_OPERATE).name()).isEqualTo("jwt:alice");
        assertThat(refusal(wide, Scope.SCOPE_ADMIN).code()).isEqualTo(ErrorCode.FORBIDDEN);
        assertThat(principal(ISSUER.token(claims -> claims.claim("scope", "openid")), Scope.SCOPE_OPERATE)
                        .name())
                .isEqualTo("jwt:alice");
        assertThat(refusal(ISSUER.token(claims -> claims.claim("scope", "mesh.everything")), Scope.SCOPE_OBSERVE))
                .hasMessageContaining("scopes that the registry does not have");
    }

    @Test
    void authenticate_clockSkew_isForgivenWithinItsBound() {
        assertThat(principal(
                                ISSUER.token(claims -> claims.expirationTime(new Date(Issuer.NOW_MS - SKEW_MS + 1_000))
                                        .notBeforeTime(new Date(Issuer.NOW_MS + SKEW_MS - 1_000))),
                                Scope.SCOPE_READ)
                        .name())
                .isEqualTo("jwt:alice");
    }

    @Test
    void authenticate_otherBearerTokens_areLeftToTheirProviders() {
        assertThat(JwtProvider.isJwt("mkt_0011223344556677_" + "a".repeat(43))).isFalse();
        assertThat(refusal("mkr_wrong", Scope.SCOPE_READ)).hasMessageContaining("bearer token is not valid");
    }

    private static String changed(String token, int part, String text) {
        String[] parts = token.split("\\.", -1);
        parts[part] = text;
        return String.join(".", parts);
    }

    private static String header(String json) {
        return Base64URL.encode(json).toString();
    }

    private static String flipped(String part) {
        char first = part.charAt(10) == 'A' ? 'B' : 'A';
        return part.substring(0, 10) + first + part.substring(11);
    }

    static Stream<Arguments> attacks() throws Exception {
        String good = ISSUER.token(claims -> {});
        JWTClaimsSet claims = ISSUER.claims(c -> {});
        JWSHeader rsa = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(ISSUER.rsa.getKeyID())
                .build();
        byte[] publicKey = ISSUER.rsa.toRSAPublicKey().getEncoded();
        byte[] publicPem = ISSUER.rsa.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
        JWSHeader hmac = new JWSHeader.Builder(JWSAlgorithm.HS256)
                .keyID(ISSUER.rsa.getKeyID())
                .build();
        JWSHeader embedded = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(ISSUER.rsa.getKeyID())
                .jwk(STRANGER.rsa.toPublicJWK())
                .build();
        EncryptedJWT encrypted =
                new EncryptedJWT(new JWEHeader(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM), claims);
        encrypted.encrypt(new RSAEncrypter((RSAKey) ISSUER.rsa.toPublicJWK()));
        SignedJWT ofStranger = SignedJWT.parse(STRANGER.token(c -> {}));
        return Stream.of(
                Arguments.of(
                        "expired",
                        ISSUER.token(c -> c.expirationTime(new Date(Issuer.NOW_MS - SKEW_MS))),
                        "has expired"),
                Arguments.of("no expiry", ISSUER.token(c -> c.expirationTime(null)), "never expires"),
                Arguments.of(
                        "expiry that overflows", ISSUER.token(c -> c.claim("exp", Long.MIN_VALUE / 1_000)), "expire"),
                Arguments.of(
                        "not yet valid",
                        ISSUER.token(c -> c.notBeforeTime(new Date(Issuer.NOW_MS + SKEW_MS + 1_000))),
                        "does not hold yet"),
                Arguments.of("another's signature", ofStranger.serialize(), "signature does not hold"),
                Arguments.of(
                        "changed claims",
                        changed(good, 1, header(claims.toString().replace("alice", "root"))),
                        "signature"),
                Arguments.of("changed signature", changed(good, 2, flipped(good.split("\\.")[2])), "signature"),
                Arguments.of("no signature", changed(good, 2, ""), "signature does not hold|no well-formed"),
                Arguments.of("alg none", new PlainJWT(claims).serialize(), "is not signed"),
                Arguments.of(
                        "alg none with the signature of a good one",
                        changed(good, 0, header("{\"alg\":\"none\"}")),
                        "no well-formed|is not signed"),
                Arguments.of("alg nOnE", changed(good, 0, header("{\"alg\":\"nOnE\"}")), "no well-formed|algorithm"),
                Arguments.of(
                        "HS256 by the public key", Issuer.sign(hmac, claims, new MACSigner(publicKey)), "algorithm"),
                Arguments.of(
                        "HS256 by the public JWK", Issuer.sign(hmac, claims, new MACSigner(publicPem)), "algorithm"),
                Arguments.of("algorithm not allowed", ISSUER.rsaToken(JWSAlgorithm.RS512, claims), "algorithm"),
                Arguments.of(
                        "key in the header",
                        Issuer.sign(embedded, claims, new RSASSASigner(STRANGER.rsa)),
                        "signature"),
                Arguments.of(
                        "unknown kid",
                        Issuer.sign(
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .keyID("k0")
                                        .build(),
                                claims,
                                new RSASSASigner(STRANGER.rsa)),
                        "not among those of the issuer"),
                Arguments.of(
                        "kid of a key of another kind",
                        Issuer.sign(
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .keyID(ISSUER.ec.getKeyID())
                                        .build(),
                                claims,
                                new RSASSASigner(ISSUER.rsa)),
                        "not among those of the issuer"),
                Arguments.of(
                        "critical header of which nothing is known",
                        Issuer.sign(
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .keyID(ISSUER.rsa.getKeyID())
                                        .criticalParams(Set.of("x"))
                                        .customParam("x", 1)
                                        .build(),
                                claims,
                                new RSASSASigner(ISSUER.rsa)),
                        "signature does not hold"),
                Arguments.of(
                        "another type",
                        Issuer.sign(
                                new JWSHeader.Builder(rsa)
                                        .type(new JOSEObjectType("logout+jwt"))
                                        .build(),
                                claims,
                                new RSASSASigner(ISSUER.rsa)),
                        "type that is no credential"),
                Arguments.of("wrong audience", ISSUER.token(c -> c.audience("https://shop.test")), "another audience"),
                Arguments.of("no audience", ISSUER.token(c -> c.audience((String) null)), "another audience"),
                Arguments.of(
                        "of another quorum",
                        ISSUER.token(c -> c.audience("00000000-9a77-4c8e-a1c5-0d2b6f7e8a90")),
                        "another audience"),
                Arguments.of("wrong issuer", ISSUER.token(c -> c.issuer(Issuer.NAME + "/")), "another issuer"),
                Arguments.of("no issuer", ISSUER.token(c -> c.issuer(null)), "another issuer"),
                Arguments.of("no subject", ISSUER.token(c -> c.subject(null)), "names no principal"),
                Arguments.of("subject with spaces", ISSUER.token(c -> c.subject("alice root")), "names no principal"),
                Arguments.of("subject that is no text", ISSUER.token(c -> c.claim("sub", Map.of("a", "b"))), "no "),
                Arguments.of(
                        "subject that is too long",
                        ISSUER.token(c -> c.subject("a".repeat(256))),
                        "names no principal"),
                Arguments.of(
                        "too many groups",
                        ISSUER.token(c -> c.claim(
                                "groups",
                                IntStream.range(0, 40).mapToObj(i -> "g" + i).toList())),
                        "40 groups"),
                Arguments.of(
                        "oversized", ISSUER.token(c -> c.claim("x", "y".repeat(BYTES_MAX))), "more than 4096 bytes"),
                Arguments.of("deep", header("{\"alg\":" + "[".repeat(2_500)) + ".e30.AA", "no well-formed"),
                Arguments.of("encrypted", encrypted.serialize(), "is encrypted"),
                Arguments.of("claims that are no JSON", changed(good, 1, header("no json")), "signature"),
                Arguments.of("two parts", "eyJhbGciOiJSUzI1NiJ9.e30", "no well-formed"),
                Arguments.of("not base64", "ey$$.ey$$.$$", "no well-formed"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void authenticate_attack_isUnauthenticated_andTheAnswerKeepsTheToken(String name, String token, String message) {
        RegistryException refused = refusal(token, Scope.SCOPE_OBSERVE);

        assertThat(refused).as(name).isNotNull();
        assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(refused.getMessage()).containsPattern(message);
        assertThat(refused.detail().getHint()).isNotEmpty();
        for (String part : token.split("\\.")) {
            assertThat(refused.detail().toString()).doesNotContain(part.substring(0, Math.min(part.length(), 16)));
        }
    }
}
