package io.omnirelay.cli.mesh;

import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.Binding;
import io.meshkit.v1.GetBindingRequest;
import io.meshkit.v1.GetBindingResponse;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.ListBindingsRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.RevokeAccessRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh access bindings}. */
@Command(
        name = "bindings",
        description = "Which role is given to which principal or group, and where it holds.",
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class BindingsCommand {
    private static final String ID = "The binding's id.";

    @ParentCommand
    AccessCommand access;

    @Command(description = "Lists bindings in order of id.")
    int list(
            @Mixin ListFlags flags,
            @Option(names = "--principal", paramLabel = "PRINCIPAL", description = "Exactly this one.") @Nullable
                    String principal,
            @Option(names = "--group", paramLabel = "GROUP", description = "Exactly this one.") @Nullable String group,
            @Option(names = "--role", paramLabel = "ROLE", description = "Exactly this one.") @Nullable String role,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the id.") @Nullable String search) {
        return access.mesh.list(
                AccessServiceGrpc.getListBindingsMethod(),
                ListBindingsRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .setPrincipal(Texts.of(principal))
                        .setGroup(Texts.of(group))
                        .setRole(Texts.of(role))
                        .setSearch(Texts.of(search))
                        .build(),
                Binding.class,
                AccessTexts.BINDINGS,
                flags);
    }

    @Command(description = "Shows one binding.")
    int get(@Parameters(paramLabel = "ID", description = ID) String id) {
        return access.mesh.show(
                AccessServiceGrpc.getGetBindingMethod(),
                GetBindingRequest.newBuilder().setId(id).build(),
                GetBindingResponse::getBinding);
    }

    @Command(description = "Gives a role to a principal or a group; replaces the binding of the same id.")
    int grant(
            @Mixin BindingFields fields,
            @Option(names = "--force", description = RolesCommand.FORCE) boolean force,
            @Mixin MutationFlags flags) {
        return access.mesh.mutate(
                AccessServiceGrpc.getGrantAccessMethod(),
                GrantAccessRequest.newBuilder()
                        .setBinding(fields.binding(access.mesh.streams()))
                        .setForce(force)
                        .build(),
                flags);
    }

    @Command(description = "Takes a binding away: whatever is applied after that is decided without it.")
    int revoke(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--force", description = RolesCommand.FORCE) boolean force,
            @Mixin MutationFlags flags) {
        return access.mesh.mutate(
                AccessServiceGrpc.getRevokeAccessMethod(),
                RevokeAccessRequest.newBuilder().setId(id).setForce(force).build(),
                flags,
                "revoke",
                id);
    }
}
