package io.omnirelay.transport.openapi;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.meshkit.options.Annotations;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.options.VerbRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes the operation of a binding, and with it the headers and schemas that it refers to. */
final class Operations {
    private static final String JSON = "application/json";
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String EVENTS = "text/event-stream";

    private final Comments comments;
    private final Schemas schemas;
    private final Map<String, Object> requestHeaders = new TreeMap<>();
    private final Map<String, Object> responseHeaders = new TreeMap<>();

    private boolean hasConditional;

    Operations(Comments comments, Schemas schemas) {
        this.comments = comments;
        this.schemas = schemas;
    }

    /** The header parameters referred to so far, by the full name of their field. */
    Map<String, Object> requestHeaders() {
        return requestHeaders;
    }

    /** The response headers referred to so far, by the full name of their field. */
    Map<String, Object> responseHeaders() {
        return responseHeaders;
    }

    /** Whether an operation so far answers to If-None-Match. */
    boolean hasConditional() {
        return hasConditional;
    }

    /** @param pathNames the names of the path's variables in the document, in order */
    Map<String, Object> of(Binding binding, List<String> pathNames) {
        MethodDescriptor verb = binding.verb();
        Map<String, Object> operation = Json.object();
        operation.put("operationId", binding.operationId());
        operation.put("tags", List.of(verb.getService().getName()));
        operation.put("summary", comments.summary(verb));
        Json.putUnlessEmpty(operation, "description", comments.ofMethod(verb));
        if (verb.getOptions().getDeprecated()) {
            operation.put("deprecated", true);
        }
        Json.putUnlessEmpty(operation, "parameters", parameters(binding, pathNames));
        if (!binding.body().isEmpty()) {
            operation.put("requestBody", requestBody(binding, pathNames));
        }
        Map<String, Object> responses = Json.object("200", response(verb));
        if (isConditional(binding)) {
            hasConditional = true;
            responses.put(Conditional.STATUS, Conditional.responseReference());
        }
        responses.put("default", Json.object("$ref", "#/components/responses/" + Problems.NAME));
        operation.put("responses", responses);
        VerbRule rule = verb.getOptions().getExtension(Annotations.rule);
        if (rule.getScope() != Scope.SCOPE_UNSPECIFIED) {
            operation.put(
                    "x-required-scope", "mesh." + withoutPrefix(rule.getScope().name(), "SCOPE_"));
        }
        if (rule.getKind() != VerbKind.VERB_KIND_UNSPECIFIED) {
            operation.put("x-verb-kind", withoutPrefix(rule.getKind().name(), "VERB_KIND_"));
        }
        operation.put("x-grpc-method", verb.getService().getFullName() + "/" + verb.getName());
        return operation;
    }

    private List<Object> parameters(Binding binding, List<String> pathNames) {
        Descriptor request = binding.verb().getInputType();
        List<Object> parameters = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < pathNames.size(); i++) {
            FieldPath path = FieldPath.find(request, binding.path().variables().get(i));
            taken.add(path.protoName());
            Map<String, Object> parameter = parameter("path", pathNames.get(i), path.last(), "");
            parameter.put("required", true);
            parameter.put("schema", schemas.value(path.last()));
            parameters.add(parameter);
        }
        if (!binding.takesWholeBody()) {
            taken.add(binding.body());
            for (FieldPath path : FieldPath.ofQuery(request, taken)) {
                parameters.add(queryParameter(path));
            }
        }
        Set<String> seen = new HashSet<>();
        for (FieldPath path : FieldPath.ofHeaders(request)) {
            if (!taken.contains(path.protoName()) && seen.add(path.header())) {
                parameters.add(headerParameter(path));
            }
        }
        if (isConditional(binding)) {
            parameters.add(Conditional.parameterReference());
        }
        return parameters;
    }

    private Map<String, Object> queryParameter(FieldPath path) {
        String name = path.queryName();
        String alias = name.equals(path.jsonName()) ? "" : "Also accepted as `" + path.jsonName() + "`.";
        Map<String, Object> parameter = parameter("query", name, path.last(), alias);
        parameter.put("schema", schemas.value(path.last()));
        return parameter;
    }

    private Map<String, Object> headerParameter(FieldPath path) {
        FieldDescriptor field = path.last();
        requestHeaders.computeIfAbsent(field.getFullName(), unused -> {
            Map<String, Object> parameter = parameter("header", path.header(), field, "");
            parameter.put("schema", schemas.value(field));
            return parameter;
        });
        return Json.object("$ref", "#/components/parameters/" + field.getFullName());
    }

    private Map<String, Object> parameter(String in, String name, FieldDescriptor field, String more) {
        Map<String, Object> parameter = Json.object("name", name);
        parameter.put("in", in);
        Json.putUnlessEmpty(parameter, "description", comments.ofField(field, more));
        return parameter;
    }

    private Map<String, Object> requestBody(Binding binding, List<String> pathNames) {
        Descriptor request = binding.verb().getInputType();
        Map<String, Object> body = Json.object();
        if (binding.takesWholeBody()) {
            if (!pathNames.isEmpty()) {
                body.put("description", "What the path gives may be left out; if it is there, it must agree.");
            }
            body.put("content", content(request, schemas.of(request)));
            return body;
        }
        FieldDescriptor field = FieldPath.find(request, binding.body()).last();
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isRepeated()) {
            throw new IllegalArgumentException("A body is a message: " + field.getFullName());
        }
        Json.putUnlessEmpty(body, "description", comments.of(field));
        body.put("content", content(field.getMessageType(), schemas.value(field)));
        body.put("required", true);
        return body;
    }

    private Map<String, Object> response(MethodDescriptor verb) {
        Descriptor type = verb.getOutputType();
        Map<String, Object> schema = schemas.of(type);
        String comment = comments.of(type);
        Map<String, Object> response = Json.object("description", comment.isEmpty() ? "The verb succeeded." : comment);
        if (verb.isServerStreaming()) {
            Map<String, Object> events = Json.object("type", "string");
            events.put(
                    "description",
                    "Server-sent events; the data of each is one JSON document. A failure after the first is an event named"
                            + " `error` whose data is a problem.");
            events.put("contentMediaType", JSON);
            events.put("contentSchema", schema);
            response.put("content", Json.object(EVENTS, Json.object("schema", events)));
            return response;
        }
        Json.putUnlessEmpty(response, "headers", headers(type));
        response.put("content", content(type, schema));
        return response;
    }

    private Map<String, Object> headers(Descriptor response) {
        Map<String, Object> headers = new TreeMap<>();
        for (FieldPath path : FieldPath.ofHeaders(response)) {
            FieldDescriptor field = path.last();
            responseHeaders.computeIfAbsent(field.getFullName(), unused -> {
                Map<String, Object> header = Json.object();
                Json.putUnlessEmpty(header, "description", comments.of(field));
                header.put("schema", schemas.value(field));
                return header;
            });
            headers.putIfAbsent(path.header(), Json.object("$ref", "#/components/headers/" + field.getFullName()));
        }
        return headers;
    }

    /** Whether the answer has an entity tag that spares a caller what it has already. */
    private static boolean isConditional(Binding binding) {
        return binding.method().equals("get")
                && !binding.verb().isServerStreaming()
                && FieldPath.ofHeaders(binding.verb().getOutputType()).stream()
                        .anyMatch(path -> path.header().equals("etag"));
    }

    /** JSON by its schema; protobuf, which JSON Schema cannot describe, by the name of its message. */
    private static Map<String, Object> content(Descriptor type, Map<String, Object> schema) {
        Map<String, Object> content = Json.object(JSON, Json.object("schema", schema));
        content.put(PROTOBUF, Json.object("x-protobuf-message", type.getFullName()));
        return content;
    }

    private static String withoutPrefix(String name, String prefix) {
        return name.substring(prefix.length()).toLowerCase(Locale.ROOT);
    }
}
