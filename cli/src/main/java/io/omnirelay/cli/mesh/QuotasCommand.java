package io.omnirelay.cli.mesh;

import io.meshkit.v1.DeleteQuotaRequest;
import io.meshkit.v1.GetQuotaRequest;
import io.meshkit.v1.GetQuotaResponse;
import io.meshkit.v1.ListQuotasRequest;
import io.meshkit.v1.NamespaceQuota;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PutQuotaRequest;
import io.meshkit.v1.QuotaServiceGrpc;
import io.omnirelay.cli.output.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh quotas}. */
@Command(name = "quotas", description = "How many shards namespaces may have.", synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class QuotasCommand {
    static final Table<NamespaceQuota> QUOTAS = Table.<NamespaceQuota>builder()
            .text("NAMESPACE", NamespaceQuota::getNamespace)
            .number("SHARDS-MAX", NamespaceQuota::getShardsMax)
            .number("REVISION", quota -> quota.getMeta().getModRevision())
            .text("DESCRIPTION", NamespaceQuota::getDescription)
            .build();

    private static final String NAMESPACE = "The namespace; * for each one without a quota of its own.";

    @ParentCommand
    MeshCommand mesh;

    @Command(description = "Lists quotas in order of namespace. What is used of them: mesh capacity.")
    int list(
            @Mixin ListFlags flags,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the namespace.") @Nullable
                    String search) {
        return mesh.list(
                QuotaServiceGrpc.getListQuotasMethod(),
                ListQuotasRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .setSearch(Texts.of(search))
                        .build(),
                NamespaceQuota.class,
                QUOTAS,
                flags);
    }

    @Command(description = "Shows one quota.")
    int get(@Parameters(paramLabel = "NAMESPACE", description = NAMESPACE) String namespace) {
        return mesh.show(
                QuotaServiceGrpc.getGetQuotaMethod(),
                GetQuotaRequest.newBuilder().setNamespace(namespace).build(),
                GetQuotaResponse::getNamespaceQuota);
    }

    @Command(description = "Makes a quota, or replaces the one of that namespace. What is there already stays.")
    int put(
            @Parameters(paramLabel = "NAMESPACE", description = NAMESPACE) String namespace,
            @Option(names = "--shards-max", paramLabel = "N", required = true, description = "So many, 0 or more.")
                    long shardsMax,
            @Option(names = "--description", paramLabel = "TEXT") @Nullable String description,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                QuotaServiceGrpc.getPutQuotaMethod(),
                PutQuotaRequest.newBuilder()
                        .setNamespaceQuota(NamespaceQuota.newBuilder()
                                .setNamespace(namespace)
                                .setShardsMax(shardsMax)
                                .setDescription(Texts.of(description)))
                        .build(),
                flags);
    }

    @Command(description = "Deletes a quota: the namespace may have as many shards as the registry, or as * says.")
    int delete(
            @Parameters(paramLabel = "NAMESPACE", description = NAMESPACE) String namespace,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                QuotaServiceGrpc.getDeleteQuotaMethod(),
                DeleteQuotaRequest.newBuilder().setNamespace(namespace).build(),
                flags,
                "delete",
                namespace);
    }
}
