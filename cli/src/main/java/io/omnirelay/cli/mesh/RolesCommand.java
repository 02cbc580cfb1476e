package io.omnirelay.cli.mesh;

import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.DeleteRoleRequest;
import io.meshkit.v1.GetRoleRequest;
import io.meshkit.v1.GetRoleResponse;
import io.meshkit.v1.ListRolesRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PutRoleRequest;
import io.meshkit.v1.Role;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh access roles}. */
@Command(
        name = "roles",
        description = "Roles of your own. mesh.observe, mesh.read, mesh.operate and mesh.admin are always there.",
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class RolesCommand {
    private static final String NAME = "The role's name; of a new one not mesh.*.";
    static final String FORCE = "Also if nobody could administer the registry any more.";

    @ParentCommand
    AccessCommand access;

    @Command(description = "Lists roles in order of name, without the built-in ones.")
    int list(
            @Mixin ListFlags flags,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the name.") @Nullable
                    String search) {
        return access.mesh.list(
                AccessServiceGrpc.getListRolesMethod(),
                ListRolesRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .setSearch(Texts.of(search))
                        .build(),
                Role.class,
                AccessTexts.ROLES,
                flags);
    }

    @Command(description = "Shows one role.")
    int get(@Parameters(paramLabel = "NAME", description = NAME) String name) {
        return access.mesh.show(
                AccessServiceGrpc.getGetRoleMethod(),
                GetRoleRequest.newBuilder().setName(name).build(),
                GetRoleResponse::getRole);
    }

    @Command(description = "Makes a role, or replaces the one of that name.")
    int put(
            @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Option(
                            names = "--permission",
                            paramLabel = "SCOPE[:VERB,...]",
                            description =
                                    "For example mesh.read, or mesh.operate:CordonPeer,UncordonPeer. Repeatable; what"
                                            + " any of them allows is allowed.")
                    @Nullable
                    List<String> permissions,
            @Option(names = "--description", paramLabel = "TEXT") @Nullable String description,
            @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Repeatable.") @Nullable
                    Map<String, String> labels,
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            description = "The role from YAML or JSON; - for standard input.")
                    @Nullable
                    String file,
            @Option(names = "--force", description = FORCE) boolean force,
            @Mixin MutationFlags flags) {
        Role.Builder role = Role.newBuilder();
        Texts.merge(file, role, access.mesh.streams());
        role.setName(name);
        Texts.of(permissions).forEach(text -> role.addPermissions(AccessTexts.permission(text)));
        if (description != null) {
            role.setDescription(description);
        }
        if (labels != null) {
            role.getMetaBuilder().putAllLabels(labels);
        }
        if (role.getPermissionsCount() == 0) {
            throw GlobalOptions.invalid("NAME", name, "at least one --permission, or a --file that has some");
        }
        return access.mesh.mutate(
                AccessServiceGrpc.getPutRoleMethod(),
                PutRoleRequest.newBuilder().setRole(role).setForce(force).build(),
                flags);
    }

    @Command(description = "Deletes a role.")
    int delete(
            @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Option(names = "--force", description = FORCE) boolean force,
            @Mixin MutationFlags flags) {
        return access.mesh.mutate(
                AccessServiceGrpc.getDeleteRoleMethod(),
                DeleteRoleRequest.newBuilder().setName(name).setForce(force).build(),
                flags,
                "delete",
                name);
    }
}
