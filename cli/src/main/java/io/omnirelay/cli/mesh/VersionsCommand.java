package io.omnirelay.cli.mesh;

import io.meshkit.v1.GetVersionsRequest;
import io.meshkit.v1.GetVersionsResponse;
import io.meshkit.v1.ListVersionsRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.PeerVersions;
import io.meshkit.v1.SummarizeVersionsRequest;
import io.meshkit.v1.VersionServiceGrpc;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh versions}. */
@Command(name = "versions", description = "What each peer speaks.", synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class VersionsCommand {

    @ParentCommand
    MeshCommand mesh;

    @Command(description = "Lists versions in order of peer id.")
    int list(
            @Mixin ListFlags flags,
            @Mixin SortFlag sort,
            @Option(names = "--mesh-version", paramLabel = "VERSION") @Nullable String meshVersion,
            @Option(names = "--role", paramLabel = "ROLE") @Nullable String role,
            @Option(names = "--cluster", paramLabel = "ID") @Nullable String cluster) {
        return mesh.list(
                VersionServiceGrpc.getListVersionsMethod(),
                ListVersionsRequest.newBuilder()
                        .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                        .setOrderBy(sort.by)
                        .setMeshVersion(Texts.of(meshVersion))
                        .setRole(Texts.of(role))
                        .setClusterId(Texts.of(cluster))
                        .build(),
                PeerVersions.class,
                Tables.VERSIONS,
                flags);
    }

    @Command(description = "Shows what one peer speaks.")
    int get(@Parameters(paramLabel = "PEER", description = "The peer's id.") String peer) {
        return mesh.show(
                VersionServiceGrpc.getGetVersionsMethod(),
                GetVersionsRequest.newBuilder().setPeerId(peer).build(),
                GetVersionsResponse::getVersions);
    }

    @Command(description = "Counts the versions of the fleet, and shows what all of it speaks.")
    int summary() {
        return mesh.show(
                VersionServiceGrpc.getSummarizeVersionsMethod(),
                SummarizeVersionsRequest.getDefaultInstance(),
                response -> response.toBuilder().clearReadInfo().build());
    }
}
