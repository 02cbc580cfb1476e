package io.omnirelay.transport.openapi;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.ArrayList;
import java.util.List;

/**
 * One HTTP method and path of a verb.
 *
 * @param index  0 for the rule itself, then 1, 2, … for its additional bindings
 * @param method in lower case
 * @param body   {@code *}, a field of the request in proto notation, or empty for none
 */
record Binding(MethodDescriptor verb, int index, String method, PathTemplate path, String body) {
    static final String WHOLE_REQUEST = "*";

    /** The bindings of a verb; none if it has no annotation, or takes a stream, which REST cannot give. */
    static List<Binding> of(MethodDescriptor verb) {
        if (!verb.getOptions().hasExtension(AnnotationsProto.http) || verb.isClientStreaming()) {
            return List.of();
        }
        HttpRule rule = verb.getOptions().getExtension(AnnotationsProto.http);
        List<Binding> bindings = new ArrayList<>();
        bindings.add(of(verb, 0, rule));
        for (HttpRule more : rule.getAdditionalBindingsList()) {
            bindings.add(of(verb, bindings.size(), more));
        }
        return bindings;
    }

    private static Binding of(MethodDescriptor verb, int index, HttpRule rule) {
        if (!rule.getResponseBody().isEmpty()) {
            throw new IllegalArgumentException("Not served: response_body of " + verb.getFullName());
        }
        return switch (rule.getPatternCase()) {
            case GET -> of(verb, index, "get", rule.getGet(), rule);
            case PUT -> of(verb, index, "put", rule.getPut(), rule);
            case POST -> of(verb, index, "post", rule.getPost(), rule);
            case DELETE -> of(verb, index, "delete", rule.getDelete(), rule);
            case PATCH -> of(verb, index, "patch", rule.getPatch(), rule);
            case CUSTOM, PATTERN_NOT_SET ->
                throw new IllegalArgumentException("No HTTP method that is served: " + verb.getFullName());
        };
    }

    private static Binding of(MethodDescriptor verb, int index, String method, String path, HttpRule rule) {
        return new Binding(verb, index, method, PathTemplate.parse(path), rule.getBody());
    }

    /** {@code PeerService_CordonPeer}; further bindings of the same verb count on: {@code …_2}. */
    String operationId() {
        String id = verb.getService().getName() + "_" + verb.getName();
        return index == 0 ? id : id + "_" + (index + 1);
    }

    boolean takesWholeBody() {
        return body.equals(WHOLE_REQUEST);
    }
}
