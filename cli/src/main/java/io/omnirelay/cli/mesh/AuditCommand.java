package io.omnirelay.cli.mesh;

import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.CountAuditRequest;
import io.meshkit.v1.GetAuditEntryRequest;
import io.meshkit.v1.GetAuditEntryResponse;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.PageRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh audit}. */
@Command(name = "audit", description = "Who changed what, when and why.", synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class AuditCommand {

    @ParentCommand
    MeshCommand mesh;

    @Command(description = "Lists entries, oldest first.")
    int list(
            @Mixin ListFlags flags,
            @Option(names = "--actor", paramLabel = "PRINCIPAL") @Nullable String actor,
            @Option(
                            names = "--kind",
                            paramLabel = "KIND",
                            description = "peer, cluster, shard, config, leadership, role, binding, token or member.")
                    @Nullable
                    String kind,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            description = "With --kind: the record; of a shard namespace/shard.")
                    @Nullable
                    String name,
            @Option(names = "--verb", paramLabel = "VERB", description = "For example CordonPeer.") @Nullable
                    String verb,
            @Option(names = "--request-id", paramLabel = "ID") @Nullable String requestId,
            @Option(names = "--ticket", paramLabel = "TICKET") @Nullable String ticket,
            @Option(names = "--from", paramLabel = "REVISION", description = "Inclusive.") long from,
            @Option(names = "--to", paramLabel = "REVISION", description = "Inclusive.") long to,
            @Option(names = "--descending", description = "Newest first.") boolean descending) {
        ListAuditRequest request = ListAuditRequest.newBuilder()
                .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                .setActor(Texts.of(actor))
                .setKind(Texts.of(kind))
                .setName(Texts.of(name))
                .setVerb(Texts.of(verb))
                .setRequestId(Texts.of(requestId))
                .setChangeTicket(Texts.of(ticket))
                .setFromRevision(from)
                .setToRevision(to)
                .setDescending(descending)
                .build();
        return mesh.list(AuditServiceGrpc.getListAuditMethod(), request, AuditEntry.class, Tables.AUDIT, flags);
    }

    @Command(description = "Shows one entry, with the records before and after.")
    int get(@Parameters(paramLabel = "REVISION", description = "The revision of the change.") long revision) {
        return mesh.show(
                AuditServiceGrpc.getGetAuditEntryMethod(),
                GetAuditEntryRequest.newBuilder().setRevision(revision).build(),
                GetAuditEntryResponse::getEntry);
    }

    @Command(description = "Counts the entries that are kept.")
    int count() {
        return mesh.show(
                AuditServiceGrpc.getCountAuditMethod(),
                CountAuditRequest.getDefaultInstance(),
                response -> response.toBuilder().clearReadInfo().build());
    }
}
