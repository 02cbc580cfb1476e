package io.meshkit.server.config;

import static io.meshkit.server.config.Setting.number;
import static io.meshkit.server.config.Setting.path;
import static io.meshkit.server.config.Setting.text;

import com.nimbusds.jose.JWSAlgorithm;
import io.meshkit.domain.access.AccessChecks;
import io.meshkit.server.jwt.JwtRules;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The settings of credentials that others issue. */
final class AuthenticationSettings {
    private static final String JWT = "authentication.jwt.";

    private AuthenticationSettings() {}

    static final List<Setting> ALL = List.of(
            text(
                            JWT + "issuer",
                            "",
                            "Whose JWTs are credentials: their iss. Empty: no JWT is one. Every node should have the"
                                    + " same.")
                    .hazard("the issuer says who somebody is: whoever holds its keys can be anybody whose name begins"
                            + " with authentication.jwt.prefix"),
            text(JWT + "audience", "", "What their aud must name. Empty: cluster.id.")
                    .hazard("an audience that others share: a token that was meant for them holds here, too"),
            path(JWT + "jwks-file", "", "JWK Set with the issuer's public keys; this or jwks-url."),
            text(JWT + "jwks-url", "", "https URL of it; this or jwks-file."),
            path(JWT + "jwks-ca", "", "PEM of the authorities of that URL's server. Empty: those of the system."),
            number(
                            JWT + "jwks-refresh-interval-ms",
                            "ms",
                            300_000,
                            1_000,
                            86_400_000,
                            "How often the keys are fetched anew; a token by an unknown key has them fetched at once,"
                                    + " at most every 10 s.")
                    .hazard("a key that the issuer has withdrawn counts for so long"),
            number(
                            JWT + "jwks-stale-max-ms",
                            "ms",
                            86_400_000,
                            0,
                            31_622_400_000L,
                            "How long the last keys count while none can be fetched.")
                    .zero("until the node stops")
                    .hazard("low: nobody with a JWT gets in while the issuer is away"),
            text(
                    JWT + "algorithms",
                    "RS256,PS256,ES256",
                    "By which they may be signed, with commas: " + String.join(", ", JwtRules.ALGORITHMS) + "."),
            number(
                            JWT + "clock-skew-ms",
                            "ms",
                            30_000,
                            0,
                            300_000,
                            "By which the issuer's clock may differ from the node's.")
                    .zero("not at all"),
            number(JWT + "token-bytes-max", "bytes", 8_192, 512, 65_536, "Length of a JWT."),
            text(JWT + "principal-claim", "sub", "The claim that names the principal."),
            text(JWT + "groups-claim", "groups", "The claim that names the groups: a text or a list of texts."),
            text(
                            JWT + "prefix",
                            "jwt:",
                            "What stands before the principal and each group, in bindings and in the audit"
                                    + " history.")
                    .hazard("the beginning of other principals' names: the issuer could name them"));

    /** @return null if no issuer is configured */
    static ServerConfig.@Nullable Jwt of(Effective values, List<String> problems) {
        String issuer = values.text(JWT + "issuer");
        String file = values.text(JWT + "jwks-file");
        String url = values.text(JWT + "jwks-url");
        if (issuer.isEmpty()) {
            if (!file.isEmpty() || !url.isEmpty()) {
                problems.add(JWT + "issuer must be given with its keys");
            }
            return null;
        }
        if (file.isEmpty() == url.isEmpty()) {
            problems.add(JWT + "jwks-file or " + JWT + "jwks-url must be given, and not both");
        }
        if (!url.isEmpty() && !isHttps(url)) {
            problems.add(JWT + "jwks-url: '" + url + "' is no https URL with a host");
        }
        String prefix = values.text(JWT + "prefix");
        if (!AccessChecks.isPrincipal(prefix + "x") || prefix.startsWith("spiffe:")) {
            problems.add(JWT + "prefix: '" + prefix + "' cannot begin a principal: letters, digits and . _ @ : / + = -,"
                    + " and not meshkit:, system: or spiffe:");
        }
        String audience = values.text(JWT + "audience");
        return new ServerConfig.Jwt(
                new JwtRules(
                        issuer,
                        audience.isEmpty() ? values.text("cluster.id") : audience,
                        algorithms(values.text(JWT + "algorithms"), problems),
                        values.number(JWT + "clock-skew-ms"),
                        (int) values.number(JWT + "token-bytes-max"),
                        values.text(JWT + "principal-claim"),
                        values.text(JWT + "groups-claim"),
                        prefix),
                file.isEmpty() ? null : values.path(JWT + "jwks-file"),
                url.isEmpty() || !isHttps(url) ? null : URI.create(url),
                values.text(JWT + "jwks-ca").isEmpty() ? null : values.path(JWT + "jwks-ca"),
                values.number(JWT + "jwks-refresh-interval-ms"),
                values.number(JWT + "jwks-stale-max-ms"));
    }

    private static boolean isHttps(String url) {
        try {
            URI uri = URI.create(url);
            return "https".equals(uri.getScheme()) && uri.getHost() != null && uri.getUserInfo() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Set<JWSAlgorithm> algorithms(String text, List<String> problems) {
        Set<String> names =
                Stream.of(text.split(",", -1)).map(String::trim).collect(Collectors.toCollection(TreeSet::new));
        for (String name : names) {
            if (!JwtRules.ALGORITHMS.contains(name)) {
                problems.add(JWT + "algorithms: '" + name + "' is none of " + String.join(", ", JwtRules.ALGORITHMS));
            }
        }
        return names.stream()
                .filter(JwtRules.ALGORITHMS::contains)
                .map(JWSAlgorithm::parse)
                .collect(Collectors.toUnmodifiableSet());
    }
}
