package io.omnirelay.cli.mesh;

import com.google.protobuf.Timestamp;
import io.meshkit.options.Scope;
import io.meshkit.v1.AccessToken;
import io.meshkit.v1.Binding;
import io.meshkit.v1.Permission;
import io.meshkit.v1.Role;
import io.omnirelay.cli.output.Names;
import io.omnirelay.cli.output.Table;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Scopes, permissions and bindings as people write and read them. */
final class AccessTexts {
    private static final String PREFIX = "mesh.";

    static final Table<Role> ROLES = Table.<Role>builder()
            .text("NAME", Role::getName)
            .text(
                    "PERMISSIONS",
                    role -> role.getPermissionsList().stream()
                            .map(AccessTexts::of)
                            .collect(Collectors.joining(" ")))
            .number("REVISION", role -> role.getMeta().getModRevision())
            .text("DESCRIPTION", Role::getDescription)
            .build();

    static final Table<Binding> BINDINGS = Table.<Binding>builder()
            .text("ID", Binding::getId)
            .text("SUBJECT", AccessTexts::subject)
            .text("ROLE", Binding::getRole)
            .text("ONLY", AccessTexts::narrowing)
            .text("EXPIRES", binding -> Names.of(binding.getExpiresAt()))
            .number("REVISION", binding -> binding.getMeta().getModRevision())
            .build();

    static final Table<AccessToken> TOKENS = Table.<AccessToken>builder()
            .text("ID", AccessToken::getId)
            .text("PRINCIPAL", AccessToken::getPrincipal)
            .text("GROUPS", token -> String.join(",", token.getGroupsList()))
            .text("SCOPE-MAX", token -> of(token.getScopeMax()))
            .text("BATCH", AccessToken::getBatchId)
            .text("EXPIRES", token -> Names.of(token.getExpiresAt()))
            .number("REVISION", token -> token.getMeta().getModRevision())
            .text("DESCRIPTION", AccessToken::getDescription)
            .build();

    private AccessTexts() {}

    /** {@code mesh.operate}; empty for "unspecified". */
    static String of(Scope scope) {
        return scope.getNumber() == 0 ? "" : PREFIX + Names.of(scope);
    }

    /** A scope's number by its name, with or without {@code mesh.}. */
    static int scope(String text) {
        String name = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        return Names.parse(Scope.getDescriptor(), name).getNumber();
    }

    /** {@code mesh.operate:CordonPeer,UncordonPeer}, or the scope alone for all of its verbs. */
    static Permission permission(String text) {
        String[] parts = text.split(":", 2);
        Permission.Builder permission = Permission.newBuilder().setScopeValue(scope(parts[0]));
        if (parts.length == 2) {
            List<String> verbs = Arrays.stream(parts[1].split(",", -1))
                    .filter(verb -> !verb.isEmpty())
                    .toList();
            if (verbs.isEmpty()) {
                // Without verbs it would permit all of them, which is not what a colon says.
                throw GlobalOptions.invalid("--permission", text, "verbs after the colon, or the scope alone");
            }
            permission.addAllVerbs(verbs);
        }
        return permission.build();
    }

    private static String of(Permission permission) {
        String scope = of(permission.getScope());
        return permission.getVerbsCount() == 0 ? scope : scope + ":" + String.join(",", permission.getVerbsList());
    }

    /** RFC 3339. */
    static Timestamp time(String option, String text) {
        try {
            Instant time = Instant.parse(text);
            return Timestamp.newBuilder()
                    .setSeconds(time.getEpochSecond())
                    .setNanos(time.getNano())
                    .build();
        } catch (DateTimeException e) {
            throw GlobalOptions.invalid(option, text, "a time such as 2027-01-31T12:00:00Z");
        }
    }

    private static String subject(Binding binding) {
        return switch (binding.getSubjectCase()) {
            case PRINCIPAL -> binding.getPrincipal();
            case GROUP -> "group " + binding.getGroup();
            case SUBJECT_NOT_SET -> "";
        };
    }

    private static String narrowing(Binding binding) {
        StringJoiner only = new StringJoiner("; ");
        if (binding.getNamespacesCount() > 0) {
            only.add("namespace " + String.join(",", binding.getNamespacesList()));
        }
        if (binding.getClustersCount() > 0) {
            only.add("cluster " + String.join(",", binding.getClustersList()));
        }
        if (!binding.getLabelSelector().isEmpty()) {
            only.add("labels " + binding.getLabelSelector());
        }
        if (binding.getVerbsCount() > 0) {
            only.add("verb " + String.join(",", binding.getVerbsList()));
        }
        return only.toString();
    }
}
