package io.omnirelay.transport.rest;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerMethodDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.meshkit.api.RegistryException;
import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.http.RequestHead;
import io.omnirelay.transport.json.ProtoJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One {@code google.api.http} rule of one rpc: which requests it takes and how a message is made of them.
 *
 * <p>A field is filled from the path, else the body, else the query, else a header of option
 * {@code (meshkit.v1.header)}. What path and body both name must agree. If the body is one field and the request
 * has an empty {@code update_mask}, the mask becomes what the JSON body names.
 */
final class HttpRuleBinding {
    private static final String WHOLE_BODY = "*";

    private final ServerMethodDefinition<?, ?> method;
    private final Descriptors.MethodDescriptor descriptor;
    private final String httpMethod;
    private final PathTemplate template;
    private final String body;
    private final Message prototype;
    private final List<FieldPath> variables;
    private final @Nullable FieldPath bodyField;
    private final @Nullable FieldPath updateMask;
    private final QueryBinding query;
    private final HeaderBindings requestHeaders;
    private final HeaderBindings responseHeaders;

    private HttpRuleBinding(
            ServerMethodDefinition<?, ?> method, Descriptors.MethodDescriptor descriptor, HttpRule rule) {
        this.method = method;
        this.descriptor = descriptor;
        this.httpMethod = rule.getPatternCase().name();
        this.template = PathTemplate.parse(path(rule));
        this.body = rule.getBody();
        this.prototype = prototype(method.getMethodDescriptor());
        Descriptor input = descriptor.getInputType();
        this.variables = template.variables().stream()
                .map(name -> require(FieldPath.find(input, name), name))
                .toList();
        this.bodyField = body.isEmpty() || body.equals(WHOLE_BODY) ? null : require(FieldPath.find(input, body), body);
        if (bodyField != null
                && (bodyField.last().isRepeated()
                        || bodyField.last().getJavaType() != FieldDescriptor.JavaType.MESSAGE)) {
            throw new IllegalArgumentException("A body is a message: " + template.text());
        }
        this.updateMask = bodyField == null ? null : mask(input);
        Set<String> taken = new HashSet<>(template.variables());
        if (bodyField != null) {
            taken.add(bodyField.protoName());
        }
        if (body.equals(WHOLE_BODY)) {
            input.getFields().forEach(field -> taken.add(field.getName()));
        }
        this.query = new QueryBinding(input, taken);
        this.requestHeaders = HeaderBindings.of(input);
        this.responseHeaders = HeaderBindings.of(descriptor.getOutputType());
    }

    /**
     * The bindings of a method; empty if it has no rule or is called with a stream.
     *
     * @throws IllegalArgumentException if a rule uses what is not served
     */
    static List<HttpRuleBinding> of(ServerMethodDefinition<?, ?> method) {
        MethodType type = method.getMethodDescriptor().getType();
        if (!(method.getMethodDescriptor().getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema)
                || !(type == MethodType.UNARY || type == MethodType.SERVER_STREAMING)) {
            return List.of();
        }
        Descriptors.MethodDescriptor descriptor = schema.getMethodDescriptor();
        if (!descriptor.getOptions().hasExtension(AnnotationsProto.http)) {
            return List.of();
        }
        HttpRule rule = descriptor.getOptions().getExtension(AnnotationsProto.http);
        List<HttpRuleBinding> bindings = new ArrayList<>();
        bindings.add(new HttpRuleBinding(method, descriptor, rule));
        for (HttpRule additional : rule.getAdditionalBindingsList()) {
            bindings.add(new HttpRuleBinding(method, descriptor, additional));
        }
        return bindings;
    }

    private static Message prototype(MethodDescriptor<?, ?> method) {
        if (method.getRequestMarshaller() instanceof MethodDescriptor.PrototypeMarshaller<?> marshaller
                && marshaller.getMessagePrototype() instanceof Message message) {
            return message;
        }
        throw new IllegalArgumentException("Not a protobuf method: " + method.getFullMethodName());
    }

    private static String path(HttpRule rule) {
        if (!rule.getResponseBody().isEmpty()) {
            throw new IllegalArgumentException("response_body is not served: " + rule);
        }
        return switch (rule.getPatternCase()) {
            case GET -> rule.getGet();
            case PUT -> rule.getPut();
            case POST -> rule.getPost();
            case DELETE -> rule.getDelete();
            case PATCH -> rule.getPatch();
            case CUSTOM, PATTERN_NOT_SET ->
                throw new IllegalArgumentException("Not GET, PUT, POST, PATCH or DELETE: " + rule);
        };
    }

    private FieldPath require(@Nullable FieldPath path, String name) {
        if (path == null) {
            throw new IllegalArgumentException("No field \"" + name + "\" for " + template.text());
        }
        return path;
    }

    private static @Nullable FieldPath mask(Descriptor input) {
        FieldPath path = FieldPath.find(input, "update_mask");
        boolean isMask = path != null
                && path.last().getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && path.last().getMessageType().getFullName().equals("google.protobuf.FieldMask");
        return isMask ? path : null;
    }

    ServerMethodDefinition<?, ?> method() {
        return method;
    }

    Descriptors.MethodDescriptor descriptor() {
        return descriptor;
    }

    String httpMethod() {
        return httpMethod;
    }

    PathTemplate template() {
        return template;
    }

    /** Fields that the path names, in its order. */
    List<FieldPath> variables() {
        return variables;
    }

    QueryBinding query() {
        return query;
    }

    HeaderBindings requestHeaders() {
        return requestHeaders;
    }

    HeaderBindings responseHeaders() {
        return responseHeaders;
    }

    /** The message type that the body holds, or null if there is no body. */
    @Nullable
    Descriptor bodyType() {
        if (bodyField != null) {
            return bodyField.last().getMessageType();
        }
        return body.isEmpty() ? null : descriptor.getInputType();
    }

    boolean streams() {
        return method.getMethodDescriptor().getType() == MethodType.SERVER_STREAMING;
    }

    /**
     * The request's message.
     *
     * @param values   of the path's variables, decoded
     * @param encoding of the body
     * @throws RegistryException INVALID_REQUEST
     */
    Message request(List<String> values, RequestHead head, byte[] content, Encoding encoding) {
        Message.Builder request = prototype.newBuilderForType();
        List<String> named = content.length == 0 ? List.of() : readBody(request, content, encoding);
        query.fill(request, head.query());
        for (int i = 0; i < values.size(); i++) {
            fillVariable(request, variables.get(i), values.get(i));
        }
        if (updateMask != null && !updateMask.isSet(request) && !named.isEmpty()) {
            Message mask =
                    FieldMask.newBuilder().addAllPaths(withoutVariables(named)).build();
            updateMask.parent(request).setField(updateMask.last(), mask);
        }
        requestHeaders.fill(request, head.headers());
        return request.build();
    }

    private void fillVariable(Message.Builder request, FieldPath path, String value) {
        Object before = path.read(request);
        try {
            path.set(request, value);
        } catch (IllegalArgumentException e) {
            throw Requests.invalid("\"" + path.jsonName() + "\" in the path " + e.getMessage(), path.jsonName(), "");
        }
        if (before != null && !before.equals(path.read(request))) {
            throw Requests.invalid(
                    "\"" + path.jsonName() + "\" is \"" + value + "\" in the path, but \"" + before + "\" in the body",
                    path.jsonName(),
                    "Leave it out of the body");
        }
    }

    /** Returns the fields that a JSON body of one field names. */
    private List<String> readBody(Message.Builder request, byte[] content, Encoding encoding) {
        if (body.isEmpty()) {
            throw Requests.invalid(httpMethod + " " + template.text() + " takes no body", "", "");
        }
        if (bodyField == null) {
            merge(request, content, encoding);
            return List.of();
        }
        Message.Builder parent = bodyField.parent(request);
        Message.Builder inner = parent.newBuilderForField(bodyField.last());
        List<String> named = List.of();
        if (updateMask != null && encoding == Encoding.JSON) {
            named = ProtoJson.parseNamingFields(content, inner);
        } else {
            merge(inner, content, encoding);
        }
        parent.setField(bodyField.last(), inner.build());
        return named;
    }

    private static void merge(Message.Builder into, byte[] content, Encoding encoding) {
        if (encoding == Encoding.JSON) {
            ProtoJson.parse(content, into);
            return;
        }
        try {
            into.mergeFrom(content);
        } catch (InvalidProtocolBufferException e) {
            throw Requests.invalid(
                    "The body is not a valid " + into.getDescriptorForType().getFullName() + ": " + e.getMessage(),
                    "",
                    "");
        }
    }

    /** What the path names identifies the record; it is not what the body changes. */
    private List<String> withoutVariables(List<String> named) {
        Set<String> fixed = new HashSet<>(template.variables());
        return named.stream().filter(name -> !fixed.contains(body + "." + name)).toList();
    }
}
