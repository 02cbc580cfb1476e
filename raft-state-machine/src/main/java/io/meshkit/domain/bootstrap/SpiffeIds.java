package io.meshkit.domain.bootstrap;

import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** SPIFFE ids, and patterns of them: an id that ends in {@code /*} stands for any one segment. */
public final class SpiffeIds {
    private static final Pattern ID = Pattern.compile("spiffe://[a-z0-9._-]{1,128}(/[A-Za-z0-9._-]+)+");
    private static final Pattern DOTS = Pattern.compile(".*/\\.{1,2}(/.*)?");
    private static final String ANY = "/*";
    private static final String BELOW = "/**";
    /** The path of the quorum's own members: no workload may pass for one. */
    private static final Pattern MEMBERS = Pattern.compile("spiffe://[^/]*/node(/.*)?");

    private static final Pattern MEMBER = Pattern.compile("spiffe://[^/]+/node/([^/]+)");

    private SpiffeIds() {}

    /** What a join token of a workload may say. */
    static void pattern(String field, String pattern, Check check) {
        form(field, pattern, check);
        check.that(
                !isMembers(pattern),
                field,
                Check.shown(pattern) + " is for members of the quorum",
                "another path than node/…, for example workload/gateway/*");
    }

    private static void form(String field, String pattern, Check check) {
        String fixed = isPattern(pattern) ? pattern.substring(0, pattern.length() - ANY.length()) : pattern;
        check.that(
                isId(fixed) && pattern.length() <= DomainLimits.SPIFFE_ID_MAX,
                field,
                "not a SPIFFE id: " + Check.shown(pattern),
                "spiffe://trust-domain/path, the path with segments of A–Z a–z 0–9 . _ -, at most "
                        + DomainLimits.SPIFFE_ID_MAX + " characters; /* at its end for any one segment");
    }

    /** What a policy may say: a pattern, or an id that ends in {@code /**} for everything below; members' ids, too. */
    static void tree(String field, String pattern, Check check) {
        form(field, pattern.endsWith(BELOW) ? pattern.substring(0, pattern.length() - 1) : pattern, check);
    }

    /** Whether the policy's pattern stands for everything that the id or pattern stands for. */
    static boolean covers(String policy, String pattern) {
        if (policy.equals(pattern)) {
            return true;
        }
        return policy.endsWith(BELOW)
                ? pattern.startsWith(policy.substring(0, policy.length() - 2))
                : isPattern(policy)
                        && !isPattern(pattern)
                        && chosen(policy, pattern).isPresent();
    }

    /** Whether it is a whole SPIFFE id, without a pattern. */
    static boolean isId(String id) {
        return id.length() <= DomainLimits.SPIFFE_ID_MAX
                && ID.matcher(id).matches()
                && !DOTS.matcher(id).matches();
    }

    /** Whether it is for members of the quorum, whole or not. */
    static boolean isMembers(String pattern) {
        return MEMBERS.matcher(pattern).matches();
    }

    /** The node of a member's id, or null if it is not exactly one's. */
    static @Nullable String memberOf(String id) {
        Matcher matcher = MEMBER.matcher(id);
        return matcher.matches() ? matcher.group(1) : null;
    }

    static boolean isPattern(String pattern) {
        return pattern.endsWith(ANY);
    }

    /**
     * The id that whoever joins gets.
     *
     * @param asked empty: the one that the token is for
     * @return empty if the token is not for the id that was asked for
     */
    static Optional<String> chosen(String pattern, String asked) {
        if (!isPattern(pattern)) {
            return asked.isEmpty() || asked.equals(pattern) ? Optional.of(pattern) : Optional.empty();
        }
        String fixed = pattern.substring(0, pattern.length() - 1);
        boolean fits = isId(asked) && asked.startsWith(fixed) && asked.indexOf('/', fixed.length()) < 0;
        return fits ? Optional.of(asked) : Optional.empty();
    }
}
