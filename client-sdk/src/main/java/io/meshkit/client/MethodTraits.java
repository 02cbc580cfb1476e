package io.meshkit.client;

import com.google.api.AnnotationsProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.meshkit.api.RequestIds;
import io.meshkit.options.Annotations;
import io.meshkit.options.VerbKind;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.ReadInfo;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import org.jspecify.annotations.Nullable;

/**
 * What the contract says about one verb, read once from its descriptor: the core knows no verb by name.
 *
 * @param kind    read, mutation or node verb
 * @param safe    changes nothing, so that repeating it is harmless
 * @param options the request's MutationOptions, or null
 * @param read    the request's ReadOptions, or null
 * @param info    the response's ReadInfo, or null
 */
record MethodTraits(
        VerbKind kind,
        boolean safe,
        @Nullable FieldDescriptor options,
        @Nullable FieldDescriptor read,
        @Nullable FieldDescriptor info) {

    private static final FieldDescriptor REQUEST_ID =
            MutationOptions.getDescriptor().findFieldByNumber(MutationOptions.REQUEST_ID_FIELD_NUMBER);

    /** Reads the traits of a method whose schema is a protobuf method; of others nothing is assumed. */
    static MethodTraits of(MethodDescriptor<?, ?> method) {
        if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier)) {
            return new MethodTraits(VerbKind.VERB_KIND_NODE, method.isSafe(), null, null, null);
        }
        Descriptors.MethodDescriptor verb = supplier.getMethodDescriptor();
        VerbKind kind = verb.getOptions().getExtension(Annotations.rule).getKind();
        boolean get = verb.getOptions().getExtension(AnnotationsProto.http).hasGet();
        FieldDescriptor read = fieldOf(verb.getInputType(), ReadOptions.getDescriptor());
        // A node verb that asks for a level of consistency reads, also as a POST: CanI.
        return new MethodTraits(
                kind,
                kind == VerbKind.VERB_KIND_READ || get || read != null,
                fieldOf(verb.getInputType(), MutationOptions.getDescriptor()),
                read,
                fieldOf(verb.getOutputType(), ReadInfo.getDescriptor()));
    }

    private static @Nullable FieldDescriptor fieldOf(Descriptors.Descriptor message, Descriptors.Descriptor type) {
        for (FieldDescriptor field : message.getFields()) {
            if (!field.isRepeated()
                    && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                    && field.getMessageType().equals(type)) {
                return field;
            }
        }
        return null;
    }

    /** The request with a request id: its own, or a new one. Reads and node verbs come back as they are. */
    @SuppressWarnings("unchecked") // A builder of a message builds that message's type.
    <Q extends Message> Q withRequestId(Q request) {
        if (options == null) {
            return request;
        }
        MutationOptions given = (MutationOptions) request.getField(options);
        if (!given.getRequestId().isEmpty()) {
            return request;
        }
        Message identified =
                given.toBuilder().setField(REQUEST_ID, RequestIds.next()).build();
        return (Q) request.toBuilder().setField(options, identified).build();
    }

    /** The request id of a mutation; empty for other verbs. */
    String requestId(Message request) {
        return options == null ? "" : ((MutationOptions) request.getField(options)).getRequestId();
    }

    /** Whether the leader answers it with a hop less: mutations and linearizable reads. */
    boolean prefersLeader(Message request) {
        if (kind == VerbKind.VERB_KIND_MUTATION) {
            return true;
        }
        if (read == null) {
            return false;
        }
        ReadLevel level = ((ReadOptions) request.getField(read)).getLevel();
        return level == ReadLevel.READ_LEVEL_UNSPECIFIED || level == ReadLevel.READ_LEVEL_LINEARIZABLE;
    }

    /** Whether an attempt that may have been applied may be repeated: safe verbs, and mutations by their request id. */
    boolean repeatable() {
        return safe || (kind == VerbKind.VERB_KIND_MUTATION && options != null);
    }
}
