package io.meshkit.server.compat;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.NodeVerbs;
import io.meshkit.server.verbs.Reads;
import io.meshkit.server.verbs.Services;
import io.meshkit.server.verbs.Verb;
import io.meshkit.server.watch.WatchVerbs;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.LeaseStatus;
import io.meshkit.v1.ShardDiff;
import io.meshkit.v1.SimulateShardsRequest;
import io.meshkit.v1.SimulationNode;
import io.meshkit.v1.WatchLeadershipsRequest;
import io.meshkit.v1.WatchServiceGrpc;
import io.omnirelay.mesh.control.v1.ControlLeaderToken;
import io.omnirelay.mesh.control.v1.ControlRestGrpc;
import io.omnirelay.mesh.control.v1.DiffControlShardsRequest;
import io.omnirelay.mesh.control.v1.LeadershipControlServiceGrpc;
import io.omnirelay.mesh.control.v1.LeadershipSubscribeRequest;
import io.omnirelay.mesh.control.v1.ListControlLeadersRequest;
import io.omnirelay.mesh.control.v1.ListControlLeadersResponse;
import io.omnirelay.mesh.control.v1.ListControlPeersResponse;
import io.omnirelay.mesh.control.v1.ListControlShardsRequest;
import io.omnirelay.mesh.control.v1.ListControlShardsResponse;
import io.omnirelay.mesh.control.v1.ShardControlServiceGrpc;
import io.omnirelay.mesh.control.v1.ShardDiffRequest;
import io.omnirelay.mesh.control.v1.ShardListRequest;
import io.omnirelay.mesh.control.v1.ShardListResponse;
import io.omnirelay.mesh.control.v1.ShardSimulationRequest;
import io.omnirelay.mesh.control.v1.ShardWatchRequest;
import io.omnirelay.mesh.control.v1.SimulateControlShardsRequest;
import io.omnirelay.mesh.control.v1.WatchControlLeadersRequest;
import io.omnirelay.mesh.control.v1.WatchControlShardsRequest;
import io.omnirelay.transport.EncodedMessage;
import io.omnirelay.transport.json.ProtoJson;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Binds the services of the original's contract; a verb more adds a line here. Thread: any number. */
public final class ControlServices {
    private static final String DIFF_EVENT = "shard.diff";

    private final ControlReads reads;
    private final WatchVerbs watches;
    private final String node;
    private final InstantSource clock;

    /**
     * @param reads the way of every read
     * @param leases the verb ListLeases
     * @param node   this node's id
     */
    public ControlServices(Reads reads, NodeVerbs leases, WatchVerbs watches, String node, InstantSource clock) {
        this.reads = new ControlReads(reads::answer, leases::leases);
        this.watches = watches;
        this.node = node;
        this.clock = clock;
    }

    /** @param services gives calls of one answer their form */
    public List<ServerServiceDefinition> bind(Services services) {
        return List.of(shards(services), leadership(), rest(services));
    }

    private ServerServiceDefinition shards(Services services) {
        return ServerServiceDefinition.builder(ShardControlServiceGrpc.getServiceDescriptor())
                .addMethod(
                        erased(ShardControlServiceGrpc.getListMethod()),
                        new VersionHeaders<>(
                                services.unary(
                                        Verb.of(ShardControlServiceGrpc.getListMethod()),
                                        (request, principal, deadline) -> list((ShardListRequest) request, deadline)),
                                response -> ((ShardListResponse) response).getVersion()))
                .addMethod(
                        ShardControlServiceGrpc.getWatchMethod(),
                        new ForeignWatch<>(
                                watches,
                                WatchVerbs.encoded(WatchServiceGrpc.getWatchShardsMethod()),
                                (ShardWatchRequest request) -> filter(request).watch(request.getResumeToken()),
                                () -> {
                                    ShardFeed feed = new ShardFeed();
                                    return message -> feed.of(message).stream()
                                            .map(GrpcForms::diff)
                                            .toList();
                                }))
                .addMethod(
                        erased(ShardControlServiceGrpc.getDiffMethod()),
                        services.unary(
                                Verb.of(ShardControlServiceGrpc.getDiffMethod()),
                                (request, principal, deadline) -> diff((ShardDiffRequest) request, deadline)))
                .addMethod(
                        erased(ShardControlServiceGrpc.getSimulateMethod()),
                        services.unary(
                                Verb.of(ShardControlServiceGrpc.getSimulateMethod()),
                                (request, principal, deadline) -> simulate((ShardSimulationRequest) request, deadline)))
                .build();
    }

    private ServerServiceDefinition leadership() {
        return ServerServiceDefinition.builder(LeadershipControlServiceGrpc.getServiceDescriptor())
                .addMethod(
                        LeadershipControlServiceGrpc.getSubscribeMethod(),
                        new ForeignWatch<>(
                                watches,
                                WatchVerbs.encoded(WatchServiceGrpc.getWatchLeadershipsMethod()),
                                (LeadershipSubscribeRequest request) -> watchLeaders(request.getScope()),
                                LeadershipFeed::new))
                .build();
    }

    private ServerServiceDefinition rest(Services services) {
        MethodDescriptor<WatchControlShardsRequest, EncodedMessage> watchShards =
                encodedResponses(ControlRestGrpc.getWatchControlShardsMethod());
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
                        ControlRestGrpc.getServiceDescriptor().getName())
                .setSchemaDescriptor(ControlRestGrpc.getServiceDescriptor().getSchemaDescriptor());
        ControlRestGrpc.getServiceDescriptor().getMethods().stream()
                .map(method ->
                        method.getFullMethodName().equals(watchShards.getFullMethodName()) ? watchShards : method)
                .forEach(descriptor::addMethod);
        ServerServiceDefinition.Builder builder = ServerServiceDefinition.builder(descriptor.build())
                .addMethod(
                        watchShards,
                        new ForeignWatch<>(
                                watches,
                                WatchVerbs.encoded(WatchServiceGrpc.getWatchShardsMethod()),
                                (WatchControlShardsRequest request) -> ShardFilter.ofQuery(
                                                request.getNamespace(),
                                                request.getOwner(),
                                                request.getStatusList(),
                                                request.getSearch())
                                        .watch(request.getResumeToken()),
                                () -> {
                                    ShardFeed feed = new ShardFeed();
                                    return message -> feed.of(message).stream()
                                            .filter(ShardDiff::hasCurrent)
                                            .map(ControlServices::event)
                                            .toList();
                                }))
                .addMethod(
                        ControlRestGrpc.getWatchControlLeadersMethod(),
                        new ForeignWatch<>(
                                watches,
                                WatchVerbs.encoded(WatchServiceGrpc.getWatchLeadershipsMethod()),
                                (WatchControlLeadersRequest request) -> watchLeaders(request.getScope()),
                                () -> {
                                    LeadershipFeed feed = new LeadershipFeed();
                                    return message -> feed.of(message).stream()
                                            .map(RestForms::event)
                                            .toList();
                                }));
        Map<MethodDescriptor<?, ?>, NodeVerbs.Handler> unary = Map.of(
                ControlRestGrpc.getDiffControlShardsMethod(),
                (request, principal, deadline) -> diff((DiffControlShardsRequest) request, deadline),
                ControlRestGrpc.getSimulateControlShardsMethod(),
                (request, principal, deadline) -> simulate((SimulateControlShardsRequest) request, deadline),
                ControlRestGrpc.getListControlLeadersMethod(),
                (request, principal, deadline) -> leaders((ListControlLeadersRequest) request, deadline),
                ControlRestGrpc.getListControlPeersMethod(),
                (request, principal, deadline) -> peers(deadline));
        unary.forEach((method, handler) -> builder.addMethod(erased(method), services.unary(Verb.of(method), handler)));
        ServerCallHandler<Message, Message> list = services.unary(
                Verb.of(ControlRestGrpc.getListControlShardsMethod()),
                (request, principal, deadline) -> list((ListControlShardsRequest) request, deadline));
        return builder.addMethod(
                        erased(ControlRestGrpc.getListControlShardsMethod()),
                        new VersionHeaders<>(list, response -> ((ListControlShardsResponse) response).getVersion()))
                .build();
    }

    private Message list(ShardListRequest request, Deadline deadline) {
        ShardFilter filter = new ShardFilter(
                request.getNamespace(), request.getOwnerNodeId(), request.getStatusesValueList(), request.getSearch());
        return GrpcForms.list(reads.shards(filter, request.getPageSize(), request.getCursor(), deadline));
    }

    private Message list(ListControlShardsRequest request, Deadline deadline) {
        ShardFilter filter = ShardFilter.ofQuery(
                request.getNamespace(), request.getOwner(), request.getStatusList(), request.getSearch());
        return RestForms.list(reads.shards(filter, request.getPageSize(), request.getCursor(), deadline));
    }

    private static ShardFilter filter(ShardWatchRequest request) {
        return new ShardFilter(
                request.getNamespace(), request.getOwnerNodeId(), request.getStatusesValueList(), request.getSearch());
    }

    private Message diff(ShardDiffRequest request, Deadline deadline) {
        ShardFilter filter = new ShardFilter(
                request.getNamespace(), request.getOwnerNodeId(), request.getStatusesValueList(), request.getSearch());
        return GrpcForms.diffs(reads.diffs(filter, request.getFromToken(), request.getToToken(), deadline));
    }

    private Message diff(DiffControlShardsRequest request, Deadline deadline) {
        ShardFilter filter = ShardFilter.ofQuery(
                request.getNamespace(), request.getOwner(), request.getStatusList(), request.getSearch());
        return RestForms.diffs(reads.diffs(filter, request.getFromVersion(), request.getToVersion(), deadline));
    }

    private Message simulate(ShardSimulationRequest request, Deadline deadline) {
        SimulateShardsRequest.Builder ours = SimulateShardsRequest.newBuilder()
                .setNamespace(request.getNamespace())
                .setStrategyId(request.getStrategyId());
        request.getNodesList()
                .forEach(each -> ours.addNodes(SimulationNode.newBuilder()
                        .setNodeId(each.getNodeId())
                        .setWeight(each.getWeight())
                        .setRegion(each.getRegion())
                        .setZone(each.getZone())));
        return GrpcForms.simulation(reads.simulate(ours.build(), deadline), now());
    }

    private Message simulate(SimulateControlShardsRequest request, Deadline deadline) {
        SimulateShardsRequest.Builder ours = SimulateShardsRequest.newBuilder()
                .setNamespace(request.getNamespace())
                .setStrategyId(request.getStrategyId());
        request.getNodesList()
                .forEach(each -> ours.addNodes(SimulationNode.newBuilder()
                        .setNodeId(each.getNodeId())
                        .setWeight(each.getWeight())
                        .setRegion(each.getRegion())
                        .setZone(each.getZone())));
        return RestForms.simulation(reads.simulate(ours.build(), deadline), now());
    }

    private static Message watchLeaders(String scope) {
        return WatchLeadershipsRequest.newBuilder().setScope(scope.trim()).build();
    }

    private Message leaders(ListControlLeadersRequest request, Deadline deadline) {
        List<Leadership> scopes = reads.leaders(request.getScope().trim(), deadline);
        Timestamp now = now();
        Map<Long, LeaseStatus> leases = reads.leases(scopes, deadline);
        ListControlLeadersResponse.Builder response =
                ListControlLeadersResponse.newBuilder().setGeneratedAt(now);
        for (Leadership scope : scopes) {
            ControlLeaderToken token = RestForms.token(LeadershipFeed.token(scope));
            LeaseStatus lease = leases.get(scope.getLeaseId());
            response.addTokens(lease == null ? token : withEnd(token, now, lease.getRemaining()));
        }
        return response.build();
    }

    /** The record knows only when the lease was granted; what keep-alives have made of it, the leader. */
    private static ControlLeaderToken withEnd(ControlLeaderToken token, Timestamp now, Duration remaining) {
        return token.toBuilder().setExpiresAt(Timestamps.add(now, remaining)).build();
    }

    private Message peers(Deadline deadline) {
        ListControlPeersResponse.Builder response = ListControlPeersResponse.newBuilder()
                .setSchemaVersion("v1")
                .setGeneratedAt(now())
                .setLocalNodeId(node);
        reads.peers(deadline).forEach(peer -> response.addPeers(RestForms.peer(peer)));
        return response.build();
    }

    private Timestamp now() {
        return Timestamps.fromMillis(clock.millis());
    }

    private static EncodedMessage event(ShardDiff diff) {
        Message form = RestForms.diff(diff);
        return new EncodedMessage(
                List.of(form.toByteArray()),
                () -> List.of(ProtoJson.print(form)),
                Long.toString(diff.getPosition()),
                DIFF_EVENT);
    }

    private static <Q> MethodDescriptor<Q, EncodedMessage> encodedResponses(
            MethodDescriptor<Q, ? extends Message> method) {
        return method.toBuilder(
                        method.getRequestMarshaller(), EncodedMessage.marshaller(method.getResponseMarshaller()))
                .build();
    }

    @SuppressWarnings("unchecked") // generated methods carry messages, which is all that is used of them
    private static MethodDescriptor<Message, Message> erased(MethodDescriptor<?, ?> method) {
        return (MethodDescriptor<Message, Message>) method;
    }
}
