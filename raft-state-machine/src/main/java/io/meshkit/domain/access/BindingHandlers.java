package io.meshkit.domain.access;

import static io.meshkit.domain.records.BindingKind.BINDING;
import static io.meshkit.domain.records.RoleKind.ROLE;

import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.CommandHandler;
import io.meshkit.domain.kernel.Decision;
import io.meshkit.domain.kernel.Errors;
import io.meshkit.domain.kernel.RecordHandler;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.Work;
import io.meshkit.options.Scope;
import io.meshkit.v1.Binding;
import io.meshkit.v1.BindingMutationResponse;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.RevokeAccessRequest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The verbs on bindings. */
public final class BindingHandlers {
    private static final int ID_HASH_BYTES = 8;

    private BindingHandlers() {}

    public static List<CommandHandler<?>> all() {
        return List.of(
                RecordHandler.creating(
                        BINDING,
                        GrantAccessRequest.getDefaultInstance(),
                        BindingMutationResponse.getDefaultInstance(),
                        request -> ref(request.getBinding()),
                        (request, check) -> AccessChecks.binding(request.getBinding(), check),
                        BindingHandlers::grant),
                RecordHandler.changing(
                        BINDING,
                        RevokeAccessRequest.getDefaultInstance(),
                        BindingMutationResponse.getDefaultInstance(),
                        request -> BINDING.ref(request.getId()),
                        (request, check) -> check.id("id", request.getId()),
                        BindingHandlers::revoke));
    }

    private static RecordRef<Binding> ref(Binding binding) {
        return BINDING.ref(withId(binding).getId());
    }

    /** The same grant without an id is the same binding. */
    static Binding withId(Binding binding) {
        if (!binding.getId().isEmpty()) {
            return binding;
        }
        byte[] hash =
                Bytes.sha256().digest(Bytes.of(binding.toBuilder().clearMeta().build()));
        return binding.toBuilder()
                .setId("b-" + HexFormat.of().formatHex(Arrays.copyOf(hash, ID_HASH_BYTES)))
                .build();
    }

    private static Decision<Binding> grant(Work work, GrantAccessRequest request, @Nullable Binding current) {
        Binding binding = withId(request.getBinding());
        String role = binding.getRole();
        if (VerbRule.scope(role) == Scope.SCOPE_UNSPECIFIED && !ROLE.exists(work.view(), ROLE.ref(role))) {
            return Decision.refuse(Errors.missingReference(
                    "binding.role",
                    "role",
                    role,
                    "put it first, or bind mesh.observe, mesh.read, mesh.operate, mesh.admin"));
        }
        ErrorDetail lockout =
                current == null || request.getForce() ? null : Lockout.ofBinding(work.view(), current, binding);
        return lockout == null ? Decision.put(binding) : Decision.refuse(lockout);
    }

    private static Decision<Binding> revoke(Work work, RevokeAccessRequest request, Binding current) {
        ErrorDetail lockout = request.getForce() ? null : Lockout.ofBinding(work.view(), current, null);
        return lockout == null ? Decision.remove() : Decision.refuse(lockout);
    }
}
