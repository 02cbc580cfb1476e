package io.omnirelay.cli.mesh;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.CampaignRequest;
import io.meshkit.v1.DeleteLeadershipRequest;
import io.meshkit.v1.GetLeadershipRequest;
import io.meshkit.v1.GetLeadershipResponse;
import io.meshkit.v1.KeepAliveRequest;
import io.meshkit.v1.KeepAliveResponse;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeadershipServiceGrpc;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.LeaseState;
import io.meshkit.v1.ListLeadershipsRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.ResignRequest;
import io.meshkit.v1.WatchLeadershipsRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh leaders}. */
@Command(name = "leaders", description = "Who leads which scope of the mesh.", synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class LeadersCommand {
    private static final String SCOPE = "The leadership scope.";

    @ParentCommand
    MeshCommand mesh;

    @Command(description = "Lists scopes in order.")
    int list(
            @Mixin ListFlags flags,
            @Mixin SortFlag sort,
            @Mixin WatchFlag watch,
            @Option(
                            names = {"-l", "--selector"},
                            paramLabel = "SELECTOR",
                            description = "By the leader's labels: key=value, key!=value, key, !key, joined by commas.")
                    @Nullable
                    String selector,
            @Option(names = "--kind", paramLabel = "KIND") @Nullable String kind,
            @Option(names = "--leader", paramLabel = "ID", description = "Scopes that this candidate leads.") @Nullable
                    String leader,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the scope.") @Nullable
                    String search) {
        ListLeadershipsRequest request = ListLeadershipsRequest.newBuilder()
                .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                .setOrderBy(sort.by)
                .setLabelSelector(Texts.of(selector))
                .setKind(Texts.of(kind))
                .setLeaderId(Texts.of(leader))
                .setSearch(Texts.of(search))
                .build();
        if (watch.on) {
            return mesh.watch(request, Watched.LEADERSHIPS, flags);
        }
        return mesh.list(
                LeadershipServiceGrpc.getListLeadershipsMethod(), request, Leadership.class, Tables.LEADERSHIPS, flags);
    }

    @Command(description = "Shows one scope: its leader, its fencing token and who waits.")
    int status(
            @Parameters(paramLabel = "SCOPE", description = SCOPE) String scope,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Show it, and then again with every change, until Ctrl-C.")
                    boolean watch) {
        if (watch) {
            return mesh.watch(
                    WatchLeadershipsRequest.newBuilder().setScope(scope).build(), Watched.LEADERSHIPS, new ListFlags());
        }
        return mesh.show(
                LeadershipServiceGrpc.getGetLeadershipMethod(),
                GetLeadershipRequest.newBuilder().setScope(scope).build(),
                GetLeadershipResponse::getLeadership);
    }

    @Command(
            description = {
                "Campaigns for a scope.",
                "The answer names the lease: it must be kept alive (renew), or the scope is lost when its TTL is over."
            })
    int campaign(
            @Parameters(paramLabel = "SCOPE", description = SCOPE) String scope,
            @Option(names = "--candidate", required = true, paramLabel = "ID", description = "Who campaigns.")
                    String candidate,
            @Option(
                            names = "--ttl",
                            paramLabel = "DURATION",
                            defaultValue = "60s",
                            description = "1s to 24h, default 60s.")
                    String ttl,
            @Option(names = "--kind", paramLabel = "KIND", description = "Of a new scope: what it is about.") @Nullable
                    String kind,
            @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Labels of the leader.") @Nullable
                    Map<String, String> labels,
            @Option(names = "--queue", description = "Wait in the queue when another leads.") boolean queue,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                LeadershipServiceGrpc.getCampaignMethod(),
                CampaignRequest.newBuilder()
                        .setScope(scope)
                        .setCandidateId(candidate)
                        .setTtl(Texts.duration("--ttl", ttl))
                        .setKind(Texts.of(kind))
                        .putAllLabels(labels == null ? Map.of() : labels)
                        .setQueue(queue)
                        .build(),
                flags);
    }

    @Command(description = "Keeps a lease alive once: that of a leader, of a candidate who waits, or of a peer.")
    int renew(@Parameters(paramLabel = "LEASE", description = "The lease's id.") long lease) {
        return mesh.show(
                LeaseServiceGrpc.getKeepAliveMethod(),
                KeepAliveRequest.newBuilder().addIds(lease).build(),
                response -> alive(lease, response));
    }

    private static com.google.protobuf.Message alive(long lease, KeepAliveResponse response) {
        if (response.getLeasesCount() > 0 && response.getLeases(0).getState() == LeaseState.LEASE_STATE_ENDED) {
            throw RegistryException.of(
                    ErrorCode.LEASE_EXPIRED, "lease " + lease + " has ended", "Campaign or register again.");
        }
        return response.getLeasesCount() > 0 ? response.getLeases(0) : response;
    }

    @Command(description = "Gives up a scope or the place in its queue.")
    int resign(
            @Parameters(paramLabel = "SCOPE", description = SCOPE) String scope,
            @Option(names = "--candidate", required = true, paramLabel = "ID", description = "Who resigns.")
                    String candidate,
            @Option(names = "--lease", paramLabel = "ID", description = "Only if this is its lease.") long lease,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                LeadershipServiceGrpc.getResignMethod(),
                ResignRequest.newBuilder()
                        .setScope(scope)
                        .setCandidateId(candidate)
                        .setLeaseId(lease)
                        .build(),
                flags,
                "resign",
                scope);
    }

    @Command(description = "Removes a scope that nobody leads.")
    int delete(@Parameters(paramLabel = "SCOPE", description = SCOPE) String scope, @Mixin MutationFlags flags) {
        return mesh.mutate(
                LeadershipServiceGrpc.getDeleteLeadershipMethod(),
                DeleteLeadershipRequest.newBuilder().setScope(scope).build(),
                flags,
                "delete",
                scope);
    }
}
