package io.omnirelay.cli.mesh;

import io.meshkit.v1.Approval;
import io.meshkit.v1.ApproveMutationRequest;
import io.meshkit.v1.GetApprovalRequest;
import io.meshkit.v1.GetApprovalResponse;
import io.meshkit.v1.ListApprovalsRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PolicyServiceGrpc;
import io.meshkit.v1.RejectMutationRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh approvals}. */
@Command(
        name = "approvals",
        description = "Changes that wait for somebody else to approve them.",
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class ApprovalsCommand {
    private static final String ID = "The approval's id.";

    @ParentCommand
    MeshCommand mesh;

    @Command(description = "Lists what was asked for and is neither used, rejected nor gone.")
    int list(
            @Mixin ListFlags flags,
            @Option(names = "--requester", paramLabel = "PRINCIPAL", description = "Who asked.") @Nullable
                    String requester,
            @Option(names = "--verb", paramLabel = "VERB", description = "For example DrainPeer.") @Nullable
                    String verb,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the id or of the change.") @Nullable
                    String search) {
        return mesh.list(
                PolicyServiceGrpc.getListApprovalsMethod(),
                ListApprovalsRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .setRequester(Texts.of(requester))
                        .setVerb(Texts.of(verb))
                        .setSearch(Texts.of(search))
                        .build(),
                Approval.class,
                PolicyTexts.APPROVALS,
                flags);
    }

    @Command(description = "Shows one, with the whole change.")
    int show(@Parameters(paramLabel = "ID", description = ID) String id) {
        return mesh.show(
                PolicyServiceGrpc.getGetApprovalMethod(),
                GetApprovalRequest.newBuilder().setId(id).build(),
                GetApprovalResponse::getApproval);
    }

    @Command(description = "Approves a change that somebody else asked for, and that you could make yourself.")
    int approve(@Parameters(paramLabel = "ID", description = ID) String id, @Mixin MutationFlags flags) {
        return mesh.mutate(
                PolicyServiceGrpc.getApproveMutationMethod(),
                ApproveMutationRequest.newBuilder().setId(id).build(),
                flags,
                "approve",
                id);
    }

    @Command(description = "Ends one: rejects another's, or withdraws your own.")
    int reject(@Parameters(paramLabel = "ID", description = ID) String id, @Mixin MutationFlags flags) {
        return mesh.mutate(
                PolicyServiceGrpc.getRejectMutationMethod(),
                RejectMutationRequest.newBuilder().setId(id).build(),
                flags,
                "reject",
                id);
    }
}
