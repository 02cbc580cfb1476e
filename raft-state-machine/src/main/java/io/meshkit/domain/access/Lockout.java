package io.meshkit.domain.access;

import static io.meshkit.domain.records.BindingKind.BINDING;

import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.kernel.Tables;
import io.meshkit.domain.records.BindingKind;
import io.meshkit.options.Scope;
import io.meshkit.storage.Cursor;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.Binding;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.Permission;
import io.meshkit.v1.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the registry from being left with nobody who can administer it. */
final class Lockout {
    private static final String HINT = "grant mesh.admin to somebody else first, or say force";

    private Lockout() {}

    /** Why the binding must not become so, or null. @param after null: it goes */
    static @Nullable ErrorDetail ofBinding(StoreView view, Binding before, @Nullable Binding after) {
        boolean loses = administers(before, AccessResolver.permissions(view, before.getRole()))
                && (after == null || !administers(after, AccessResolver.permissions(view, after.getRole())));
        return !loses || hasAdmin(view, before.getId(), "")
                ? null
                : Errors.precondition(
                        "binding " + before.getId() + " is the last by which somebody can administer the registry",
                        HINT);
    }

    /** Why the role must not become so, or null. */
    static @Nullable ErrorDetail ofRole(StoreView view, Role before, Role after) {
        boolean loses = administers(before.getPermissionsList()) && !administers(after.getPermissionsList());
        return !loses || hasAdmin(view, "", before.getName())
                ? null
                : Errors.precondition(
                        "role " + before.getName() + " is the last by which somebody can administer the registry",
                        HINT);
    }

    private static boolean hasAdmin(StoreView view, String exceptBinding, String exceptRole) {
        for (String role : adminRoles(view)) {
            for (String id : Rows.names(view, BindingKind.byRolePrefix(role))) {
                Binding binding = BINDING.get(view, BINDING.ref(id));
                if (binding != null
                        && !id.equals(exceptBinding)
                        && !role.equals(exceptRole)
                        && administers(binding, AccessResolver.permissions(view, role))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<String> adminRoles(StoreView view) {
        List<String> roles = new ArrayList<>();
        roles.add(VerbRule.name(Scope.SCOPE_ADMIN));
        byte[] from = {(byte) RowKeys.ROLE};
        byte[] to = {(byte) (RowKeys.ROLE + 1)};
        try (Cursor cursor = view.scan(Tables.RECORDS, from, to)) {
            while (cursor.next()) {
                Role role = Bytes.parse(Role.parser(), cursor.value());
                if (administers(role.getPermissionsList())) {
                    roles.add(role.getName());
                }
            }
        }
        return roles;
    }

    private static boolean administers(Binding binding, List<Permission> permissions) {
        return binding.getVerbsCount() == 0
                && !binding.hasExpiresAt()
                && Narrowing.of(binding) == null
                && administers(permissions);
    }

    private static boolean administers(List<Permission> permissions) {
        return permissions.stream()
                .anyMatch(permission -> permission.getScope() == Scope.SCOPE_ADMIN && permission.getVerbsCount() == 0);
    }
}
