package io.meshkit.server.verbs;

import io.grpc.ServiceDescriptor;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.ClusterServiceGrpc;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.LeadershipServiceGrpc;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.ShardServiceGrpc;
import io.meshkit.v1.TransactionServiceGrpc;
import io.meshkit.v1.TransportServiceGrpc;
import io.meshkit.v1.VersionServiceGrpc;
import io.meshkit.v1.WatchServiceGrpc;
import java.util.List;

/** The services of {@code meshkit.v1}. A new noun adds its service here. */
public final class Contract {
    private Contract() {}

    public static final List<ServiceDescriptor> SERVICES = List.of(
            PeerServiceGrpc.getServiceDescriptor(),
            ClusterServiceGrpc.getServiceDescriptor(),
            ShardServiceGrpc.getServiceDescriptor(),
            ConfigServiceGrpc.getServiceDescriptor(),
            VersionServiceGrpc.getServiceDescriptor(),
            TransactionServiceGrpc.getServiceDescriptor(),
            AuditServiceGrpc.getServiceDescriptor(),
            WatchServiceGrpc.getServiceDescriptor(),
            QuorumServiceGrpc.getServiceDescriptor(),
            TransportServiceGrpc.getServiceDescriptor(),
            LeadershipServiceGrpc.getServiceDescriptor(),
            LeaseServiceGrpc.getServiceDescriptor());

    /**
     * Every verb, in the order of the protos.
     *
     * @throws IllegalStateException if one has no rule
     */
    public static List<Verb> verbs() {
        return SERVICES.stream()
                .flatMap(service -> service.getMethods().stream())
                .map(Verb::of)
                .toList();
    }
}
