package io.meshkit.server.access;

import io.meshkit.options.Scope;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The order of scopes, {@code ADMIN ⊃ OPERATE ⊃ READ ⊃ OBSERVE}, and their names outside protobuf. */
public final class Scopes {
    private static final List<Scope> NARROW_TO_WIDE =
            List.of(Scope.SCOPE_OBSERVE, Scope.SCOPE_READ, Scope.SCOPE_OPERATE, Scope.SCOPE_ADMIN);

    private Scopes() {}

    /** Unspecified and unknown scopes include nothing and are included by nothing. */
    public static boolean includes(Scope held, Scope needed) {
        int need = NARROW_TO_WIDE.indexOf(needed);
        return need >= 0 && NARROW_TO_WIDE.indexOf(held) >= need;
    }

    /** {@code SCOPE_READ} → {@code mesh.read}. */
    public static String name(Scope scope) {
        return "mesh." + scope.name().substring("SCOPE_".length()).toLowerCase(Locale.ROOT);
    }

    public static Optional<Scope> ofName(String name) {
        return NARROW_TO_WIDE.stream().filter(scope -> name(scope).equals(name)).findFirst();
    }

    static List<String> namesUpTo(Scope widest) {
        return NARROW_TO_WIDE.stream()
                .filter(scope -> includes(widest, scope))
                .map(Scopes::name)
                .toList();
    }

    static Scope wider(Scope one, Scope other) {
        return NARROW_TO_WIDE.indexOf(one) >= NARROW_TO_WIDE.indexOf(other) ? one : other;
    }

    /** All names, narrowest first. */
    static List<String> names() {
        return namesUpTo(Scope.SCOPE_ADMIN);
    }
}
