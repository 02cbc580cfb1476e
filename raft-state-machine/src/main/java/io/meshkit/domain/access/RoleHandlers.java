package io.meshkit.domain.access;

import static io.meshkit.domain.records.RoleKind.ROLE;

import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.Rows;
import io.meshkit.domain.kernel.Work;
import io.meshkit.domain.records.BindingKind;
import io.meshkit.v1.DeleteRoleRequest;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.PutRoleRequest;
import io.meshkit.v1.Role;
import io.meshkit.v1.RoleMutationResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The verbs on roles of one's own. */
public final class RoleHandlers {
    private RoleHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                RecordHandler.creating(
                        ROLE,
                        PutRoleRequest.getDefaultInstance(),
                        RoleMutationResponse.getDefaultInstance(),
                        request -> ROLE.ref(request.getRole().getName()),
                        (request, check) -> AccessChecks.role(request.getRole(), check),
                        RoleHandlers::put),
                RecordHandler.changing(
                        ROLE,
                        DeleteRoleRequest.getDefaultInstance(),
                        RoleMutationResponse.getDefaultInstance(),
                        request -> ROLE.ref(request.getName()),
                        (request, check) -> check.id("name", request.getName()),
                        RoleHandlers::delete));
    }

    private static Decision<Role> put(Work work, PutRoleRequest request, @Nullable Role current) {
        ErrorDetail lockout =
                current == null || request.getForce() ? null : Lockout.ofRole(work.view(), current, request.getRole());
        return lockout == null ? Decision.put(request.getRole()) : Decision.refuse(lockout);
    }

    private static Decision<Role> delete(Work work, DeleteRoleRequest request, Role current) {
        int bindings = Rows.count(work.view(), BindingKind.byRolePrefix(current.getName()));
        return bindings == 0
                ? Decision.remove()
                : Decision.refuse(Errors.precondition(
                        "role " + current.getName() + " is bound " + Rows.shown(bindings) + " times",
                        "revoke its bindings first"));
    }
}
