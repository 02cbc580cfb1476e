package io.omnirelay.transport.openapi;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.meshkit.v1.Access;
import io.meshkit.v1.Audit;
import io.meshkit.v1.Bootstrap;
import io.meshkit.v1.Clusters;
import io.meshkit.v1.Config;
import io.meshkit.v1.Leaders;
import io.meshkit.v1.Leases;
import io.meshkit.v1.Peers;
import io.meshkit.v1.Policies;
import io.meshkit.v1.Quorum;
import io.meshkit.v1.Quotas;
import io.meshkit.v1.Shards;
import io.meshkit.v1.Transactions;
import io.meshkit.v1.Transport;
import io.meshkit.v1.Versions;
import io.meshkit.v1.Watch;
import io.omnirelay.mesh.control.v1.Control;
import io.omnirelay.mesh.control.v1.ControlRestOuterClass;
import io.omnirelay.session.v1.Session;
import java.util.List;
import java.util.stream.Stream;

/** The registry's own services, and their document. */
final class ContractServices {
    static final List<ServiceDescriptor> SERVICES = Stream.of(
                    Peers.getDescriptor(),
                    Clusters.getDescriptor(),
                    Shards.getDescriptor(),
                    Config.getDescriptor(),
                    Versions.getDescriptor(),
                    Audit.getDescriptor(),
                    Quorum.getDescriptor(),
                    Transactions.getDescriptor(),
                    Watch.getDescriptor(),
                    Leases.getDescriptor(),
                    Leaders.getDescriptor(),
                    Transport.getDescriptor(),
                    Access.getDescriptor(),
                    Bootstrap.getDescriptor(),
                    Policies.getDescriptor(),
                    Quotas.getDescriptor(),
                    Control.getDescriptor(),
                    ControlRestOuterClass.getDescriptor(),
                    Session.getDescriptor())
            .map(FileDescriptor::getServices)
            .flatMap(List::stream)
            .toList();

    private ContractServices() {}

    static byte[] document() {
        return OpenApi.document("MeshKit Registry", "1.2.3", SERVICES, ProtoComments.contract());
    }
}
