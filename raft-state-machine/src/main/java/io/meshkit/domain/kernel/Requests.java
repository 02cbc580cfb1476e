package io.meshkit.domain.kernel;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.v1.MutationOptions;

/** What every mutation's request has in common: a field {@code options}. */
public final class Requests {
    private Requests() {}

    public static MutationOptions options(Message request) {
        return (MutationOptions) request.getField(optionsField(request));
    }

    /** The request with other options. */
    @SuppressWarnings("unchecked")
    public static <Q extends Message> Q withOptions(Q request, MutationOptions options) {
        return (Q) request.toBuilder().setField(optionsField(request), options).build();
    }

    /** The verb that the request asks for, for example {@code CordonPeer}. */
    public static String verb(Message request) {
        String name = request.getDescriptorForType().getName();
        return name.endsWith("Request") ? name.substring(0, name.length() - "Request".length()) : name;
    }

    private static FieldDescriptor optionsField(Message request) {
        FieldDescriptor field = request.getDescriptorForType().findFieldByName("options");
        if (field == null) {
            throw new IllegalArgumentException(
                    "no options in " + request.getDescriptorForType().getFullName());
        }
        return field;
    }
}
