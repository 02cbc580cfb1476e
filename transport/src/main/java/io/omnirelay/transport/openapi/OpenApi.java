package io.omnirelay.transport.openapi;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes the OpenAPI 3.1 document of a set of services. */
public final class OpenApi {
    private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");
    private static final String CONVENTIONS = """
            Every body is JSON or, with content type `application/x-protobuf`, the message of that name.

            - 64-bit integers are JSON numbers. All of them (revisions, versions, positions) are below 2^53, so no \
            reader loses digits.
            - Enum values are written short, in lower case: `active`, `at-least`.
            - Times are RFC 3339 in UTC; durations are seconds with an s: `1.5s`.
            - A field that has a header can be given by that header, unless body or query give it. In the query it \
            goes by its path in the request: `read.level`, `options.requestId`.
            - Header `x-meshkit-timeout` (`5s`, `250ms`) says how long the caller waits for the answer.
            - An error is `application/problem+json` and says whether the mutation was applied.
            - `x-required-scope` names the scope that a caller must hold, `x-verb-kind` how the verb is answered: \
            `read` at the consistency asked for, `mutation` through the replicated log, `node` by the node that is \
            asked.
            """;

    private final Comments comments;
    private final Schemas schemas;
    private final Operations operations;
    private final Set<String> operationIds = new HashSet<>();
    /** Shape of a path → the names of its variables, as the first binding calls them. */
    private final Map<String, List<String>> pathNames = new HashMap<>();
    /** Path → method → operation. */
    private final Map<String, Map<String, Object>> paths = new TreeMap<>();

    private OpenApi(Comments comments) {
        this.comments = comments;
        this.schemas = new Schemas(comments);
        this.operations = new Operations(comments, schemas);
    }

    /**
     * The document. Its order rests on names only, not on that of the services.
     *
     * @param version  of the software that serves the services
     * @param services verbs without a {@code google.api.http} annotation are left out
     * @param comments full name → comment, as {@link ProtoComments} reads them; may be empty
     * @return UTF-8 JSON
     * @throws IllegalArgumentException if an annotation cannot be served: two verbs on the same method and path, a
     *     field that the request does not have, a method or path that OpenAPI cannot express
     */
    public static byte[] document(
            String title, String version, List<ServiceDescriptor> services, Map<String, String> comments) {
        List<ServiceDescriptor> sorted = new ArrayList<>(services);
        sorted.sort(Comparator.comparing(ServiceDescriptor::getFullName));
        return Json.write(new OpenApi(new Comments(Map.copyOf(comments))).of(title, version, sorted));
    }

    private Map<String, Object> of(String title, String version, List<ServiceDescriptor> services) {
        List<Object> tags = new ArrayList<>();
        for (ServiceDescriptor service : services) {
            List<Binding> bindings = new ArrayList<>();
            for (MethodDescriptor verb : service.getMethods()) {
                bindings.addAll(Binding.of(verb));
            }
            if (!bindings.isEmpty()) {
                Map<String, Object> tag = Json.object("name", service.getName());
                Json.putUnlessEmpty(tag, "description", comments.ofService(service));
                tags.add(tag);
                bindings.forEach(this::add);
            }
        }
        Map<String, Object> info = Json.object("title", title);
        info.put("version", version);
        info.put("description", CONVENTIONS);

        Map<String, Object> document = Json.object("openapi", "3.1.0");
        document.put("info", info);
        document.put("servers", List.of(Json.object("url", "/")));
        document.put("security", List.of(Json.object("mutualTLS", List.of()), Json.object("bearer", List.of())));
        document.put("tags", tags);
        document.put("paths", orderedPaths());
        document.put("components", components());
        return document;
    }

    private void add(Binding binding) {
        if (!operationIds.add(binding.operationId())) {
            throw new IllegalArgumentException("Two verbs would share the operationId " + binding.operationId());
        }
        PathTemplate template = binding.path();
        List<String> names = pathNames.computeIfAbsent(template.shape(), unused -> template.names());
        String path = template.withNames(names);
        Map<String, Object> item = paths.computeIfAbsent(path, unused -> Json.object());
        if (item.putIfAbsent(binding.method(), operations.of(binding, names)) != null) {
            throw new IllegalArgumentException("Bound twice: " + binding.method() + " " + path + ", again by "
                    + binding.verb().getFullName());
        }
    }

    private Map<String, Object> orderedPaths() {
        Map<String, Object> ordered = Json.object();
        paths.forEach((path, item) -> {
            Map<String, Object> methods = Json.object();
            for (String method : METHODS) {
                Object operation = item.get(method);
                if (operation != null) {
                    methods.put(method, operation);
                }
            }
            ordered.put(path, methods);
        });
        return ordered;
    }

    private Map<String, Object> components() {
        Map<String, Object> all = new TreeMap<>(schemas.made());
        all.put(Problems.NAME, Problems.schema());
        Map<String, Object> mutualTls = Json.object("type", "mutualTLS");
        mutualTls.put("description", "A client certificate that names the caller.");
        Map<String, Object> bearer = Json.object("type", "http");
        bearer.put("scheme", "bearer");
        bearer.put("description", "A token in the Authorization header.");
        Map<String, Object> security = Json.object("mutualTLS", mutualTls);
        security.put("bearer", bearer);

        Map<String, Object> components = Json.object("schemas", all);
        Map<String, Object> responses = new TreeMap<>(Map.of(Problems.NAME, Problems.response()));
        Map<String, Object> parameters = new TreeMap<>(operations.requestHeaders());
        if (operations.hasConditional()) {
            responses.put(Conditional.RESPONSE, Conditional.response());
            parameters.put(Conditional.PARAMETER, Conditional.parameter());
        }
        components.put("responses", responses);
        Json.putUnlessEmpty(components, "parameters", parameters);
        Json.putUnlessEmpty(components, "headers", operations.responseHeaders());
        components.put("securitySchemes", security);
        return components;
    }
}
