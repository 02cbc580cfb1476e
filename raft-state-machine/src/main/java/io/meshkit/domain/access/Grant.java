package io.meshkit.domain.access;

import io.meshkit.options.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one binding gives by one permission of its role. Immutable.
 *
 * @param binding     its id
 * @param verbs       in order; empty: every verb of the scope
 * @param narrowing   null: it holds everywhere
 * @param expiresAtMs Unix ms; {@link Long#MAX_VALUE}: never
 */
record Grant(
        String binding,
        Scope scope,
        List<String> verbs,
        @Nullable Narrowing narrowing,
        long expiresAtMs) {
    boolean allows(VerbRule rule, long timeMs) {
        return timeMs < expiresAtMs
                && VerbRule.includes(scope, rule.scope())
                && (verbs.isEmpty() || verbs.contains(rule.verb()));
    }

    /** For ever, on everything, with every verb of the scope. */
    boolean isWhole() {
        return verbs.isEmpty() && narrowing == null && expiresAtMs == Long.MAX_VALUE;
    }
}
