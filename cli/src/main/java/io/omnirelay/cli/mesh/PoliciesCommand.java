package io.omnirelay.cli.mesh;

import io.meshkit.v1.ActionPolicy;
import io.meshkit.v1.DeleteActionPolicyRequest;
import io.meshkit.v1.GetActionPolicyRequest;
import io.meshkit.v1.GetActionPolicyResponse;
import io.meshkit.v1.ListActionPoliciesRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PolicyServiceGrpc;
import io.meshkit.v1.PutActionPolicyRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh policies}. */
@Command(
        name = "policies",
        description = "What is asked of changes beyond rights: a reason, a change ticket, approvals.",
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class PoliciesCommand {
    private static final String ID = "The policy's id.";

    @ParentCommand
    MeshCommand mesh;

    @Command(description = "Lists policies in order of id.")
    int list(
            @Mixin ListFlags flags,
            @Option(
                            names = "--verb",
                            paramLabel = "VERB",
                            description = "Those that hold for it, for example DrainPeer.")
                    @Nullable
                    String verb,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the id.") @Nullable String search) {
        return mesh.list(
                PolicyServiceGrpc.getListActionPoliciesMethod(),
                ListActionPoliciesRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .setVerb(Texts.of(verb))
                        .setSearch(Texts.of(search))
                        .build(),
                ActionPolicy.class,
                PolicyTexts.POLICIES,
                flags);
    }

    @Command(description = "Shows one policy.")
    int get(@Parameters(paramLabel = "ID", description = ID) String id) {
        return mesh.show(
                PolicyServiceGrpc.getGetActionPolicyMethod(),
                GetActionPolicyRequest.newBuilder().setId(id).build(),
                GetActionPolicyResponse::getActionPolicy);
    }

    @Command(description = "Makes a policy, or replaces the one of that id. It holds at once, on every node.")
    int put(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Mixin PolicyFields fields,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                PolicyServiceGrpc.getPutActionPolicyMethod(),
                PutActionPolicyRequest.newBuilder()
                        .setActionPolicy(fields.policy(id, mesh.streams()))
                        .build(),
                flags);
    }

    @Command(description = "Deletes a policy.")
    int delete(@Parameters(paramLabel = "ID", description = ID) String id, @Mixin MutationFlags flags) {
        return mesh.mutate(
                PolicyServiceGrpc.getDeleteActionPolicyMethod(),
                DeleteActionPolicyRequest.newBuilder().setId(id).build(),
                flags,
                "delete",
                id);
    }
}
