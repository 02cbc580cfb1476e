package io.meshkit.server.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a JWT must be to count.
 *
 * @param issuer         its {@code iss}
 * @param audience       that its {@code aud} must name
 * @param algorithms     by which it may be signed: asymmetric ones
 * @param clockSkewMs    by which the issuer's clock may differ
 * @param tokenBytesMax  its length
 * @param principalClaim that names the principal
 * @param groupsClaim    that names the groups
 * @param prefix         before the principal and each group, so that no issuer can name somebody of another kind
 */
public record JwtRules(
        String issuer,
        String audience,
        Set<JWSAlgorithm> algorithms,
        long clockSkewMs,
        int tokenBytesMax,
        String principalClaim,
        String groupsClaim,
        String prefix) {
    /** All that can be configured. HMAC would make a secret of what is public, and none is no signature. */
    public static final List<String> ALGORITHMS =
            List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    public JwtRules {
        algorithms = Set.copyOf(algorithms);
        for (JWSAlgorithm algorithm : algorithms) {
            if (!ALGORITHMS.contains(algorithm.getName())) {
                throw new IllegalArgumentException(algorithm + " is none of " + ALGORITHMS);
            }
        }
    }

    /** In order, with commas. */
    String algorithmNames() {
        return algorithms.stream().map(JWSAlgorithm::getName).collect(Collectors.toCollection(TreeSet::new)).stream()
                .collect(Collectors.joining(", "));
    }
}
