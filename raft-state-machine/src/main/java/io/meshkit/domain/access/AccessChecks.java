package io.meshkit.domain.access;

import io.meshkit.domain.kernel.Caller;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.query.LabelSelector;
import io.meshkit.options.Scope;
import io.meshkit.v1.Binding;
import io.meshkit.v1.Permission;
import io.meshkit.v1.Role;
import java.util.List;
import java.util.regex.Pattern;

/** What is wrong with access records whatever the state. Verbs need not be known: other versions have others. */
public final class AccessChecks {
    private static final Pattern PRINCIPAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/+=-]{0,255}");
    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:/+=*-]{0,255}");
    private static final Pattern VERB = Pattern.compile("[A-Z][A-Za-z0-9]{0,63}");
    private static final String BUILT_IN = "mesh.";
    private static final String PRINCIPAL_HINT =
            "1–256 of A–Z a–z 0–9 . _ @ : / + = -, starting with a letter or digit, and not with "
                    + String.join(" or ", Caller.RESERVED);

    private AccessChecks() {}

    /** Whether a binding can name it. */
    public static boolean isPrincipal(String text) {
        return PRINCIPAL.matcher(text).matches() && !Caller.isReserved(text);
    }

    /** Whether a binding can name it. */
    public static boolean isGroup(String text) {
        return GROUP.matcher(text).matches();
    }

    static void principal(String field, String principal, Check check) {
        check.that(isPrincipal(principal), field, "not a principal: " + Check.shown(principal), PRINCIPAL_HINT);
    }

    static void group(String field, String group, Check check) {
        check.that(
                isGroup(group),
                field,
                "not a group: " + Check.shown(group),
                "1–256 of A–Z a–z 0–9 . _ @ : / + = * -, starting with a letter or digit");
    }

    static void groups(String field, List<String> groups, Check check) {
        check.atMost(DomainLimits.GROUPS_MAX, groups.size(), field, "elements");
        for (int i = 0; i < groups.size() && check.isClean(); i++) {
            group(field + "[" + i + "]", groups.get(i), check);
        }
    }

    private static void verbs(String field, List<String> verbs, Check check) {
        check.each(
                field,
                verbs.size(),
                i -> check.that(
                        VERB.matcher(verbs.get(i)).matches(),
                        field + "[" + i + "]",
                        "not a verb: " + Check.shown(verbs.get(i)),
                        "as in the contract, for example CordonPeer"));
    }

    static void role(Role role, Check check) {
        check.id("role.name", role.getName())
                .that(
                        !role.getName().startsWith(BUILT_IN),
                        "role.name",
                        role.getName() + " is the name of a built-in role",
                        "a name that does not begin with " + BUILT_IN)
                .meta("role.meta", role.getMeta())
                .text("role.description", role.getDescription())
                .that(
                        role.getPermissionsCount() > 0,
                        "role.permissions",
                        "the role permits nothing",
                        "name at least one permission")
                .atMost(DomainLimits.PERMISSIONS_MAX, role.getPermissionsCount(), "role.permissions", "elements");
        for (int i = 0; i < role.getPermissionsCount() && check.isClean(); i++) {
            Permission permission = role.getPermissions(i);
            String field = "role.permissions[" + i + "]";
            check.known(field + ".scope", permission.getScope());
            verbs(field + ".verbs", permission.getVerbsList(), check);
        }
    }

    static void binding(Binding binding, Check check) {
        check.optionalId("binding.id", binding.getId()).meta("binding.meta", binding.getMeta());
        switch (binding.getSubjectCase()) {
            case PRINCIPAL -> principal("binding.principal", binding.getPrincipal(), check);
            case GROUP -> group("binding.group", binding.getGroup(), check);
            case SUBJECT_NOT_SET ->
                check.that(false, "binding.principal", "the binding has no subject", "name a principal or a group");
        }
        check.id("binding.role", binding.getRole())
                .that(
                        !binding.getRole().startsWith(BUILT_IN)
                                || VerbRule.scope(binding.getRole()) != Scope.SCOPE_UNSPECIFIED,
                        "binding.role",
                        "there is no built-in role " + Check.shown(binding.getRole()),
                        "mesh.observe, mesh.read, mesh.operate, mesh.admin, or a role of your own")
                .ids("binding.namespaces", binding.getNamespacesList())
                .ids("binding.clusters", binding.getClustersList());
        LabelSelector.parse("binding.labelSelector", binding.getLabelSelector(), check);
        verbs("binding.verbs", binding.getVerbsList(), check);
    }
}
