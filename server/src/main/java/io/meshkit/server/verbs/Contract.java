package io.meshkit.server.verbs;

import io.grpc.ServiceDescriptor;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.options.Scope;
import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.AuditServiceGrpc;
import io.meshkit.v1.BootstrapServiceGrpc;
import io.meshkit.v1.ClusterServiceGrpc;
import io.meshkit.v1.ConfigServiceGrpc;
import io.meshkit.v1.LeadershipServiceGrpc;
import io.meshkit.v1.LeaseServiceGrpc;
import io.meshkit.v1.PeerServiceGrpc;
import io.meshkit.v1.PolicyServiceGrpc;
import io.meshkit.v1.QuorumServiceGrpc;
import io.meshkit.v1.QuotaServiceGrpc;
import io.meshkit.v1.ShardServiceGrpc;
import io.meshkit.v1.TransactionServiceGrpc;
import io.meshkit.v1.TransportServiceGrpc;
import io.meshkit.v1.VersionServiceGrpc;
import io.meshkit.v1.WatchServiceGrpc;
import io.omnirelay.mesh.control.v1.ControlRestGrpc;
import io.omnirelay.mesh.control.v1.LeadershipControlServiceGrpc;
import io.omnirelay.mesh.control.v1.ShardControlServiceGrpc;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
            LeaseServiceGrpc.getServiceDescriptor(),
            AccessServiceGrpc.getServiceDescriptor(),
            BootstrapServiceGrpc.getServiceDescriptor(),
            PolicyServiceGrpc.getServiceDescriptor(),
            QuotaServiceGrpc.getServiceDescriptor());

    /** Those of the original system, {@code omnirelay.mesh.control.v1}, which are answered by way of ours. */
    public static final List<ServiceDescriptor> COMPATIBLE = List.of(
            ShardControlServiceGrpc.getServiceDescriptor(),
            LeadershipControlServiceGrpc.getServiceDescriptor(),
            ControlRestGrpc.getServiceDescriptor());

    /** All that clients may call. */
    public static List<ServiceDescriptor> all() {
        return Stream.concat(SERVICES.stream(), COMPATIBLE.stream()).toList();
    }

    /** What each verb demands of its caller, by full method name. */
    public static Map<String, VerbRule> rules() {
        return all().stream()
                .flatMap(service -> service.getMethods().stream())
                .map(Verb::of)
                .collect(Collectors.toUnmodifiableMap(verb -> verb.method().getFullMethodName(), Verb::access));
    }

    /** By full method name. */
    public static Map<String, Scope> scopes() {
        return rules().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, rule -> rule.getValue().scope()));
    }

    /**
     * Every verb of ours, in the order of the protos.
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
