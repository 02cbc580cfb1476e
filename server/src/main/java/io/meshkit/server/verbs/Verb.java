package io.meshkit.server.verbs;

import com.google.protobuf.Descriptors;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.meshkit.options.Annotations;
import io.meshkit.options.Scope;
import io.meshkit.options.VerbKind;
import io.meshkit.options.VerbRule;
import java.util.Objects;

/**
 * One rpc of the contract with its rule.
 *
 * @param method            as gRPC knows it
 * @param rule              scope and kind, both given
 * @param responsePrototype the empty response
 */
public record Verb(MethodDescriptor<Message, Message> method, VerbRule rule, Message responsePrototype) {

    /**
     * @throws IllegalStateException if the rpc has no complete rule or the wrong shape for its kind: the contract is broken
     */
    public static Verb of(MethodDescriptor<?, ?> method) {
        if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier)) {
            throw new IllegalStateException(method.getFullMethodName() + " was not generated from a proto");
        }
        Descriptors.MethodDescriptor schema = supplier.getMethodDescriptor();
        VerbRule rule = schema.getOptions().getExtension(Annotations.rule);
        if (rule.getScope() == Scope.SCOPE_UNSPECIFIED || rule.getKind() == VerbKind.VERB_KIND_UNSPECIFIED) {
            throw new IllegalStateException(method.getFullMethodName() + " has no rule with a scope and a kind");
        }
        MethodType wanted = rule.getKind() == VerbKind.VERB_KIND_WATCH ? MethodType.SERVER_STREAMING : MethodType.UNARY;
        if (method.getType() != wanted) {
            throw new IllegalStateException(method.getFullMethodName() + " is not " + wanted + ", as its kind demands");
        }
        Message response = (Message) ((PrototypeMarshaller<?>) method.getResponseMarshaller()).getMessagePrototype();
        return new Verb(erase(method), rule, Objects.requireNonNull(response));
    }

    @SuppressWarnings("unchecked") // generated methods carry messages, which is all that is used of them
    private static MethodDescriptor<Message, Message> erase(MethodDescriptor<?, ?> method) {
        return (MethodDescriptor<Message, Message>) method;
    }

    /** For example {@code CordonPeer}. */
    public String name() {
        return Objects.requireNonNull(method.getBareMethodName());
    }

    /** The full name of its request message. */
    String requestName() {
        Message request = (Message) ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
        return Objects.requireNonNull(request).getDescriptorForType().getFullName();
    }

    String responseName() {
        return responsePrototype.getDescriptorForType().getFullName();
    }

    /** What it demands of its caller. */
    public io.meshkit.domain.access.VerbRule access() {
        return new io.meshkit.domain.access.VerbRule(name(), scope(), kind(), rule.getSelf());
    }

    public VerbKind kind() {
        return rule.getKind();
    }

    public Scope scope() {
        return rule.getScope();
    }

    /** For example {@code meshkit.v1.PeerService/CordonPeer}. */
    @Override
    public String toString() {
        return method.getFullMethodName();
    }
}
