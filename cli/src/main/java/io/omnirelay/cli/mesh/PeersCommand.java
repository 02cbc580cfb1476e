package io.omnirelay.cli.mesh;

import io.meshkit.v1.CordonPeerRequest;
import io.meshkit.v1.DeregisterPeerRequest;
import io.meshkit.v1.DrainPeerRequest;
import io.meshkit.v1.GetPeerRequest;
import io.meshkit.v1.GetPeerResponse;
import io.meshkit.v1.LabelPeerRequest;
import io.meshkit.v1.LeavePeerRequest;
import io.meshkit.v1.ListPeersRequest;
import io.meshkit.v1.PageRequest;
import io.meshkit.v1.Peer;
import io.meshkit.v1.PeerAdminState;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.PeerStatus;
import io.meshkit.v1.RegisterPeerRequest;
import io.meshkit.v1.ResumePeerRequest;
import io.meshkit.v1.UncordonPeerRequest;
import io.meshkit.v1.UpdatePeerRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code omnirelay mesh peers}. */
@Command(name = "peers", description = "The registered nodes of the mesh.", synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // The parent is set by picocli.
final class PeersCommand {
    private static final String ID = "The peer's id.";

    @ParentCommand
    MeshCommand mesh;

    @Command(description = "Lists peers in order of id.")
    int list(
            @Mixin ListFlags flags,
            @Mixin SortFlag sort,
            @Mixin WatchFlag watch,
            @Option(
                            names = {"-l", "--selector"},
                            paramLabel = "SELECTOR",
                            description =
                                    "By labels: key=value, key!=value, key, !key, key in (a,b), joined by commas.")
                    @Nullable
                    String selector,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            split = ",",
                            description = "active, cordoned, draining, drained.")
                    @Nullable
                    List<String> states,
            @Option(names = "--status", paramLabel = "STATUS", split = ",", description = "alive, suspect, left.")
                    @Nullable
                    List<String> statuses,
            @Option(names = "--role", paramLabel = "ROLE") @Nullable String role,
            @Option(names = "--cluster", paramLabel = "ID") @Nullable String cluster,
            @Option(names = "--region", paramLabel = "REGION") @Nullable String region,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the id.") @Nullable String search,
            @Option(names = "--leases", description = "With what remains of each lease, as the leader holds it.")
                    boolean leases) {
        ListPeersRequest request = ListPeersRequest.newBuilder()
                .setPage(PageRequest.newBuilder().setSize(flags.pageSize()))
                .setOrderBy(sort.by)
                .setLabelSelector(Texts.of(selector))
                .addAllAdminStatesValue(Texts.numbers(PeerAdminState.getDescriptor(), states))
                .addAllStatusesValue(Texts.numbers(PeerStatus.getDescriptor(), statuses))
                .setRole(Texts.of(role))
                .setClusterId(Texts.of(cluster))
                .setRegion(Texts.of(region))
                .setSearch(Texts.of(search))
                .build();
        if (watch.on && leases) {
            throw GlobalOptions.invalid("--leases", "true", "either --leases or --watch");
        }
        if (watch.on) {
            return mesh.watch(request, Watched.PEERS, flags);
        }
        return leases
                ? PeerLeases.list(mesh, request, flags)
                : mesh.list(PeerServiceGrpc.getListPeersMethod(), request, Peer.class, Tables.PEERS, flags);
    }

    @Command(description = "Shows one peer.")
    int get(@Parameters(paramLabel = "ID", description = ID) String id) {
        return mesh.show(
                PeerServiceGrpc.getGetPeerMethod(),
                GetPeerRequest.newBuilder().setId(id).build(),
                GetPeerResponse::getPeer);
    }

    @Command(description = "Registers a peer.")
    int register(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Mixin PeerFields fields,
            @Option(
                            names = "--lease-ttl",
                            paramLabel = "DURATION",
                            description = "With a lease, 1s to 24h, that must be kept alive. Default: none.")
                    @Nullable
                    String leaseTtl,
            @Mixin MutationFlags flags) {
        RegisterPeerRequest.Builder request = RegisterPeerRequest.newBuilder().setPeer(fields.peer(id, mesh.streams()));
        if (leaseTtl != null) {
            request.setLeaseTtl(Texts.duration("--lease-ttl", leaseTtl));
        }
        return mesh.mutate(PeerServiceGrpc.getRegisterPeerMethod(), request.build(), flags);
    }

    @Command(description = "Changes the named fields of a peer.")
    int update(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Mixin PeerFields fields,
            @Mixin MutationFlags flags) {
        Peer peer = fields.peer(id, mesh.streams());
        return mesh.mutate(
                PeerServiceGrpc.getUpdatePeerMethod(),
                UpdatePeerRequest.newBuilder()
                        .setPeer(peer)
                        .setUpdateMask(fields.mask(peer))
                        .build(),
                flags);
    }

    @Command(description = "Sets labels (key=value) and removes them (key-).")
    int label(
            @Parameters(index = "0", paramLabel = "ID", description = ID) String id,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY=VALUE|KEY-", description = "Changes.")
                    List<String> changes,
            @Mixin MutationFlags flags) {
        LabelPeerRequest.Builder request = LabelPeerRequest.newBuilder().setId(id);
        List<String> removed = new ArrayList<>();
        for (String change : changes) {
            int equals = change.indexOf('=');
            if (equals > 0) {
                request.putSet(change.substring(0, equals), change.substring(equals + 1));
            } else if (change.length() > 1 && change.endsWith("-")) {
                removed.add(change.substring(0, change.length() - 1));
            } else {
                throw GlobalOptions.invalid("label", change, "key=value to set or key- to remove");
            }
        }
        return mesh.mutate(
                PeerServiceGrpc.getLabelPeerMethod(),
                request.addAllRemove(removed).build(),
                flags);
    }

    @Command(description = "Keeps a peer from taking new work.")
    int cordon(@Parameters(paramLabel = "ID", description = ID) String id, @Mixin MutationFlags flags) {
        return mesh.mutate(
                PeerServiceGrpc.getCordonPeerMethod(),
                CordonPeerRequest.newBuilder().setId(id).build(),
                flags);
    }

    @Command(description = "Lets a cordoned peer take new work again.")
    int uncordon(@Parameters(paramLabel = "ID", description = ID) String id, @Mixin MutationFlags flags) {
        return mesh.mutate(
                PeerServiceGrpc.getUncordonPeerMethod(),
                UncordonPeerRequest.newBuilder().setId(id).build(),
                flags);
    }

    @Command(description = "Has a peer hand over what it has.")
    int drain(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--complete", description = "Report that the drain has finished.") boolean complete,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                PeerServiceGrpc.getDrainPeerMethod(),
                DrainPeerRequest.newBuilder().setId(id).setComplete(complete).build(),
                flags,
                "drain",
                id);
    }

    @Command(description = "Takes a draining or drained peer back into service.")
    int resume(@Parameters(paramLabel = "ID", description = ID) String id, @Mixin MutationFlags flags) {
        return mesh.mutate(
                PeerServiceGrpc.getResumePeerMethod(),
                ResumePeerRequest.newBuilder().setId(id).build(),
                flags);
    }

    @Command(description = "Takes a peer's leave: its lease ends, its record stays.")
    int leave(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(names = "--lease", paramLabel = "ID", description = "Only if this is its lease.") long lease,
            @Mixin MutationFlags flags) {
        return mesh.mutate(
                PeerServiceGrpc.getLeavePeerMethod(),
                LeavePeerRequest.newBuilder().setId(id).setLeaseId(lease).build(),
                flags,
                "leave",
                id);
    }

    @Command(description = "Removes a peer from the registry.")
    int deregister(@Parameters(paramLabel = "ID", description = ID) String id, @Mixin MutationFlags flags) {
        return mesh.mutate(
                PeerServiceGrpc.getDeregisterPeerMethod(),
                DeregisterPeerRequest.newBuilder().setId(id).build(),
                flags,
                "deregister",
                id);
    }
}
