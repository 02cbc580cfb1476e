package io.meshkit.server;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import io.meshkit.server.verbs.Contract;
import io.omnirelay.transport.openapi.OpenApi;
import io.omnirelay.transport.openapi.ProtoComments;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /openapi.json}: made when it is first asked for, because few ask and making it costs start-up time. */
final class OpenApiDocument implements Supplier<byte[]> {
    private final String version;
    private byte @Nullable [] document;

    OpenApiDocument(String version) {
        this.version = version;
    }

    @Override
    public synchronized byte[] get() {
        byte[] made = document;
        if (made == null) {
            List<ServiceDescriptor> services = Contract.all().stream()
                    .map(service -> ((ProtoServiceDescriptorSupplier)
                                    Objects.requireNonNull(service.getSchemaDescriptor()))
                            .getServiceDescriptor())
                    .toList();
            made = OpenApi.document("MeshKit Registry", version, services, ProtoComments.contract());
            document = made;
        }
        return made;
    }
}
