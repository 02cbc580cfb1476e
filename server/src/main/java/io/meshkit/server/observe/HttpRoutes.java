package io.meshkit.server.observe;

import io.meshkit.domain.access.VerbRule;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.server.access.Authenticator;
import io.meshkit.server.access.Presented;
import io.meshkit.server.verbs.Deadline;
import io.meshkit.server.verbs.QuorumStatus;
import io.meshkit.server.verbs.Readiness;
import io.meshkit.v1.GetQuorumStatusResponse;
import io.omnirelay.transport.Route;
import io.omnirelay.transport.Route.Request;
import io.omnirelay.transport.Route.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * The plain HTTP resources. {@code /livez} and {@code /readyz} are open, because whoever probes them has no
 * credential, and tell nothing but yes or no; details need {@code mesh.observe}.
 */
public final class HttpRoutes {
    private static final long DETAILS_MS = 2_000;

    private final Authenticator authenticator;
    private final Readiness readiness;
    private final QuorumStatus status;
    private final Supplier<String> metrics;
    private final Supplier<byte[]> openApi;

    public HttpRoutes(
            Authenticator authenticator,
            Readiness readiness,
            QuorumStatus status,
            Supplier<String> metrics,
            Supplier<byte[]> openApi) {
        this.authenticator = authenticator;
        this.readiness = readiness;
        this.status = status;
        this.metrics = metrics;
        this.openApi = openApi;
    }

    public List<Route> all() {
        return List.of(
                new Route("/livez", request -> Response.text(200, "ok\n")),
                new Route("/readyz", request -> ready()),
                new Route("/healthz", this::health),
                new Route("/metrics", request -> forObservers(request, this::metrics)),
                new Route(
                        "/openapi.json",
                        request -> forObservers(request, () -> new Response(200, "application/json", openApi.get()))));
    }

    private Response ready() {
        return readiness.isReady() ? Response.text(200, "ok\n") : Response.text(503, "not ready\n");
    }

    /** As /readyz; with details for a caller who may see them. */
    private Response health(Request request) {
        if (Presented.of(request.headers().get("authorization"), request.session())
                .isEmpty()) {
            return ready();
        }
        return forObservers(request, this::details);
    }

    private Response details() {
        GetQuorumStatusResponse now = status.get(Deadline.inMs(DETAILS_MS));
        StringBuilder json = new StringBuilder("{\"ready\":").append(now.getReady());
        member(json, "node", now.getNode());
        member(json, "role", now.getRole());
        member(json, "leader", now.getLeader());
        json.append(",\"term\":").append(now.getTerm());
        json.append(",\"appliedIndex\":").append(now.getAppliedIndex());
        json.append(",\"committedIndex\":").append(now.getCommittedIndex());
        json.append(",\"revision\":").append(now.getRevision());
        json.append(",\"diskFreeBytes\":").append(now.getDiskFreeBytes());
        json.append(",\"diskLow\":").append(now.getDiskLow());
        member(json, "version", now.getVersion());
        return Response.json(now.getReady() ? 200 : 503, json.append("}\n").toString());
    }

    private static void member(StringBuilder json, String name, String value) {
        Json.string(Json.string(json.append(','), name).append(':'), value);
    }

    private Response metrics() {
        return new Response(200, PrometheusText.CONTENT_TYPE, metrics.get().getBytes(StandardCharsets.UTF_8));
    }

    private Response forObservers(Request request, Supplier<Response> answer) {
        authenticator.authorize(
                Presented.of(request.headers().get("authorization"), request.session()),
                new VerbRule(request.path(), Scope.SCOPE_OBSERVE, VerbKind.VERB_KIND_NODE, false));
        return answer.get();
    }
}
