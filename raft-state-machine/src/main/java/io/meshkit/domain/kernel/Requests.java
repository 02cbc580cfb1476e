package io.meshkit.domain.kernel;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import io.meshkit.v1.MutationOptions;

/** What every mutation's request has in common: a field {@code options}. */
public final class Requests {
    /** By class: looked up several times per command. */
    private static final ClassValue<FieldDescriptor> OPTIONS = new ClassValue<>() {
        @Override
        protected FieldDescriptor computeValue(Class<?> type) {
            return optionsField(
                    Internal.getDefaultInstance(type.asSubclass(Message.class)).getDescriptorForType());
        }
    };

    private Requests() {}

    public static MutationOptions options(Message request) {
        return (MutationOptions) request.getField(OPTIONS.get(request.getClass()));
    }

    /** The request with other options. */
    @SuppressWarnings("unchecked")
    public static <Q extends Message> Q withOptions(Q request, MutationOptions options) {
        return (Q) request.toBuilder()
                .setField(OPTIONS.get(request.getClass()), options)
                .build();
    }

    /** The verb that the request asks for, for example {@code CordonPeer}. */
    public static String verb(Message request) {
        String name = request.getDescriptorForType().getName();
        return name.endsWith("Request") ? name.substring(0, name.length() - "Request".length()) : name;
    }

    private static FieldDescriptor optionsField(Descriptor request) {
        FieldDescriptor field = request.findFieldByName("options");
        if (field == null) {
            throw new IllegalArgumentException("no options in " + request.getFullName());
        }
        return field;
    }
}
