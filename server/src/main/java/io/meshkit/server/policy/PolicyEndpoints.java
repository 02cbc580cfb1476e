package io.meshkit.server.policy;

import io.meshkit.server.verbs.Contract;
import io.meshkit.v1.TransportServiceGrpc;
import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.policy.Categories;
import io.omnirelay.transport.policy.Endpoint;
import io.omnirelay.transport.policy.TransportKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The catalogue: every endpoint of a node by its stable name. Derived from the contract, so that a new service needs no
 * line here.
 *
 * <p>Probes ({@code /livez}, {@code /readyz}, {@code grpc.health.v1.Health}) are not in it: no policy may make a healthy
 * node look dead.
 */
public final class PolicyEndpoints {
    /** Plain resources that are subject to the policy. */
    private static final List<String> ROUTES = List.of("/healthz", "/metrics", "/openapi.json");

    private static final Set<String> DIAGNOSTIC_SERVICES = Set.of(TransportServiceGrpc.SERVICE_NAME);
    private static final String REFLECTION = "grpc.reflection.v1.ServerReflection";

    private PolicyEndpoints() {}

    /**
     * What a node serves.
     *
     * @param http3 whether HTTP/3 is among it
     */
    public static List<Endpoint> of(boolean http3) {
        List<TransportKind> http = http3
                ? List.of(TransportKind.HTTP3, TransportKind.HTTP2, TransportKind.HTTP1)
                : List.of(TransportKind.HTTP2, TransportKind.HTTP1);
        List<TransportKind> grpc =
                http3 ? List.of(TransportKind.GRPC_H3, TransportKind.GRPC) : List.of(TransportKind.GRPC);
        List<TransportKind> every = new ArrayList<>(http);
        every.addAll(grpc);
        List<Endpoint> endpoints = new ArrayList<>();
        Contract.SERVICES.forEach(service -> endpoints.add(new Endpoint(
                service.getName(),
                DIAGNOSTIC_SERVICES.contains(service.getName()) ? Categories.DIAGNOSTICS : Categories.CONTROL_PLANE,
                every,
                List.of(Encoding.PROTOBUF, Encoding.JSON))));
        endpoints.add(new Endpoint(
                REFLECTION, Categories.DIAGNOSTICS, List.of(TransportKind.GRPC), List.of(Encoding.PROTOBUF)));
        ROUTES.forEach(path -> endpoints.add(new Endpoint(path, Categories.DIAGNOSTICS, http, List.of(Encoding.RAW))));
        for (String port : List.of("raft", "node")) {
            endpoints.add(
                    new Endpoint(port, Categories.INTERNAL, List.of(TransportKind.GRPC), List.of(Encoding.PROTOBUF)));
        }
        return List.copyOf(endpoints);
    }
}
