package io.omnirelay.cli.mesh;

import io.meshkit.v1.GetLeaseSummaryRequest;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.ListLeasesRequest;
import io.meshkit.v1.ReleaseExpiryGuardRequest;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh leases}. */
@Command(
        name = "leases",
        description = "The leases of peers and leaders, as the node that leads the quorum holds them.",
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class LeasesCommand {

    @ParentCommand
    MeshCommand mesh;

    @Command(description = "Counts them, and says whether the mass-expiry guard holds.")
    int status() {
        return mesh.show(
                LeaseServiceGrpc.getGetLeaseSummaryMethod(),
                GetLeaseSummaryRequest.getDefaultInstance(),
                response -> response);
    }

    @Command(description = "Shows what remains of leases; extends none.")
    int get(
            @Parameters(
                            paramLabel = "LEASE",
                            arity = "1..*",
                            description = "The leases' ids, as peers and leaders have them.")
                    List<Long> ids) {
        return mesh.show(
                LeaseServiceGrpc.getListLeasesMethod(),
                ListLeasesRequest.newBuilder().addAllIds(ids).build(),
                response -> response);
    }

    @Command(
            name = "release-guard",
            description =
                    "Lets expire what the mass-expiry guard holds. Peers that are alive after all stay, if they are"
                            + " kept alive first.")
    int releaseGuard(
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "TEXT",
                            description = "Why, for the audit history.")
                    String reason) {
        return mesh.show(
                LeaseServiceGrpc.getReleaseExpiryGuardMethod(),
                ReleaseExpiryGuardRequest.newBuilder().setReason(reason).build(),
                response -> response);
    }
}
