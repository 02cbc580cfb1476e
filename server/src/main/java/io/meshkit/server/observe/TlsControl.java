package io.meshkit.server.observe;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.access.VerbRule;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.server.access.Authenticator;
import io.meshkit.server.access.Presented;
import io.omnirelay.transport.Route;
import io.omnirelay.transport.Route.Request;
import io.omnirelay.transport.Route.Response;
import io.omnirelay.transport.tls.CertificateState;
import io.omnirelay.transport.tls.TlsWatcher;
import io.omnirelay.transport.tls.WatchedTls;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The certificates of this node for operators: {@code GET /omnirelay/control/tls} shows them ({@code mesh.observe}),
 * {@code POST} reads the files again at once ({@code mesh.admin}). Never a key. Thread: any number.
 */
public final class TlsControl {
    private static final String PATH = "/omnirelay/control/tls";

    private final Authenticator authenticator;
    private final TlsWatcher watcher;
    private final InstantSource clock;

    public TlsControl(Authenticator authenticator, TlsWatcher watcher, InstantSource clock) {
        this.authenticator = authenticator;
        this.watcher = watcher;
        this.clock = clock;
    }

    public Route route() {
        return new Route(PATH, Set.of("GET", "POST"), this::answer);
    }

    /** Metrics of one set of files. */
    public static void register(MetricRegistry registry, WatchedTls watched, InstantSource clock) {
        String endpoint = "endpoint=\"" + watched.status().name() + "\"";
        counter(registry, endpoint + ",result=\"ok\"", watched, WatchedTls.Status::reloads);
        counter(registry, endpoint + ",result=\"failed\"", watched, WatchedTls.Status::failures);
        Gauge<Number> expiry = () -> watched.status().remaining(clock.instant()).toSeconds();
        registry.register("omnirelay_tls_certificate_expiry_seconds{" + endpoint + "}", expiry);
    }

    private static void counter(
            MetricRegistry registry, String labels, WatchedTls watched, ToLongFunction<WatchedTls.Status> value) {
        registry.register("omnirelay_tls_reloads_total{" + labels + "}", new Counter() {
            @Override
            public long getCount() {
                return value.applyAsLong(watched.status());
            }
        });
    }

    private Response answer(Request request) {
        boolean reload = request.method().equals("POST");
        authenticator.authorize(
                Presented.of(request.headers().get("authorization"), request.session()),
                new VerbRule(
                        request.path(),
                        reload ? Scope.SCOPE_ADMIN : Scope.SCOPE_OBSERVE,
                        VerbKind.VERB_KIND_NODE,
                        false));
        List<WatchedTls.Status> all = reload ? watcher.reload() : watcher.status();
        if (reload) {
            for (WatchedTls.Status each : all) {
                if (each.problem() != null) {
                    throw RegistryException.of(
                            ErrorCode.PRECONDITION_FAILED,
                            "the certificates of " + each.name() + " were not reloaded, those since " + each.usedSince()
                                    + " stay in use: " + each.problem(),
                            "mend the files and ask again; GET " + PATH + " shows what is in use");
                }
            }
        }
        return Response.json(200, json(all));
    }

    private String json(List<WatchedTls.Status> all) {
        StringBuilder out = new StringBuilder("{\"endpoints\":[");
        String separator = "";
        for (WatchedTls.Status each : all) {
            out.append(separator).append("{\"name\":");
            Json.string(out, each.name()).append(",\"usedSince\":");
            Json.string(out, each.usedSince().toString()).append(",\"reloads\":");
            out.append(each.reloads()).append(",\"failures\":").append(each.failures());
            out.append(",\"daysToExpiry\":")
                    .append(each.remaining(clock.instant()).toDays());
            if (each.problem() != null) {
                Json.string(out.append(",\"problem\":"), each.problem());
            }
            out.append(",\"certificates\":[");
            String comma = "";
            for (CertificateState certificate : each.certificates()) {
                certificate(out.append(comma), certificate);
                comma = ",";
            }
            out.append("]}");
            separator = ",";
        }
        return out.append("]}\n").toString();
    }

    private static void certificate(StringBuilder out, CertificateState certificate) {
        Json.string(out.append("{\"use\":"), certificate.use());
        Json.string(out.append(",\"subject\":"), certificate.subject());
        out.append(",\"names\":[");
        String comma = "";
        for (String name : certificate.names()) {
            Json.string(out.append(comma), name);
            comma = ",";
        }
        Json.string(out.append("],\"serial\":"), certificate.serial());
        Json.string(out.append(",\"notBefore\":"), certificate.notBefore().toString());
        Json.string(out.append(",\"notAfter\":"), certificate.notAfter().toString());
        Json.string(out.append(",\"sha256\":"), certificate.sha256()).append('}');
    }
}
