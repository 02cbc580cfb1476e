package io.omnirelay.transport.openapi;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The texts of the document: comments by full name, and what stands in where a proto has none. */
record Comments(Map<String, String> byName) {
    /** The comment of a descriptor, or empty. */
    String of(GenericDescriptor descriptor) {
        return byName.getOrDefault(descriptor.getFullName(), "");
    }

    /** A service's comment, else that of its file: a file of the contract holds one noun. */
    String ofService(ServiceDescriptor service) {
        String own = of(service);
        return own.isEmpty() ? byName.getOrDefault(service.getFile().getName(), "") : own;
    }

    /** What a verb does, in one line: the first sentence of its comment, else its name as words. */
    String summary(MethodDescriptor method) {
        String comment = of(method);
        if (comment.isEmpty()) {
            return words(method.getName());
        }
        String line = comment.replace('\n', ' ');
        int end = line.indexOf(". ");
        String sentence = end < 0 ? line : line.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    /** The comment of a verb and that of its request, where its rules stand. */
    String ofMethod(MethodDescriptor method) {
        return join(of(method), of(method.getInputType()));
    }

    /** The field's comment, and what else there is to say of it. */
    String ofField(FieldDescriptor field, String more) {
        return join(of(field), more);
    }

    private static String join(String first, String second) {
        return first.isEmpty() || second.isEmpty() ? first + second : first + "\n\n" + second;
    }

    /** {@code CordonPeer} as {@code Cordon peer}. */
    private static String words(String name) {
        String[] parts = name.split("(?<=[a-z0-9])(?=[A-Z])");
        return Arrays.stream(parts)
                .map(part -> part.equals(parts[0]) || part.length() == 1 ? part : part.toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }
}
