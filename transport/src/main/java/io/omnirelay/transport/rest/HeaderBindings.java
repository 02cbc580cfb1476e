package io.omnirelay.transport.rest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.meshkit.api.RegistryException;
import io.meshkit.options.Annotations;
import io.netty.handler.codec.http.HttpHeaders;
import io.omnirelay.transport.json.EnumNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a message type that carry option {@code (meshkit.v1.header)}, also in nested messages (not
 * below lists, maps and oneofs).
 */
record HeaderBindings(List<Bound> bound) {
    private static final int DEPTH_MAX = 4;

    /** A header, in lower case, and its field. */
    record Bound(String header, FieldPath path) {}

    /** The bindings of a type. */
    static HeaderBindings of(Descriptor type) {
        List<Bound> bound = new ArrayList<>();
        collect(type, List.of(), bound);
        return new HeaderBindings(List.copyOf(bound));
    }

    private static void collect(Descriptor type, List<FieldDescriptor> prefix, List<Bound> into) {
        for (FieldDescriptor field : type.getFields()) {
            if (field.isRepeated() || field.getRealContainingOneof() != null) {
                continue;
            }
            List<FieldDescriptor> path = new ArrayList<>(prefix);
            path.add(field);
            String header = field.getOptions().getExtension(Annotations.header);
            if (!header.isEmpty()) {
                into.add(new Bound(header.toLowerCase(Locale.ROOT), new FieldPath(List.copyOf(path))));
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                    && !FieldPath.takesText(field)
                    && path.size() < DEPTH_MAX) {
                collect(field.getMessageType(), path, into);
            }
        }
    }

    /**
     * Fills what the request leaves unset.
     *
     * @throws RegistryException INVALID_REQUEST for a value that does not fit
     */
    void fill(Message.Builder request, HttpHeaders headers) {
        for (Bound binding : bound) {
            List<String> values = headers.getAll(binding.header());
            if (!values.isEmpty() && !binding.path().isSet(request)) {
                try {
                    binding.path().set(request, String.join(", ", values).trim());
                } catch (IllegalArgumentException e) {
                    throw Requests.invalid(
                            "Header \"" + binding.header() + "\" " + e.getMessage(),
                            binding.path().jsonName(),
                            "");
                }
            }
        }
    }

    /** Repeats a response's fields as headers. */
    void copy(Message response, HttpHeaders headers) {
        for (Bound binding : bound) {
            Message holder = holder(response, binding.path());
            String value =
                    holder == null ? null : text(binding, holder, binding.path().last());
            if (value != null) {
                headers.set(binding.header(), value);
            }
        }
    }

    private static @Nullable Message holder(Message message, FieldPath path) {
        Message current = message;
        for (FieldDescriptor field : path.fields().subList(0, path.fields().size() - 1)) {
            if (!current.hasField(field)) {
                return null;
            }
            current = (Message) current.getField(field);
        }
        return current;
    }

    /** Numbers also when 0, which says something; text and enums only when they do. */
    private static @Nullable String text(Bound binding, Message holder, FieldDescriptor field) {
        Object value = holder.getField(field);
        switch (field.getJavaType()) {
            case ENUM -> {
                EnumValueDescriptor constant = (EnumValueDescriptor) value;
                return constant.getNumber() == 0
                        ? null
                        : EnumNames.of(field.getEnumType()).label(constant.getNumber());
            }
            case MESSAGE -> {
                if (value instanceof Duration duration && holder.hasField(field)) {
                    return Durations.toString(duration);
                }
                return value instanceof Timestamp time && holder.hasField(field) ? Timestamps.toString(time) : null;
            }
            default -> {
                String text = printable(value.toString());
                if (text.isEmpty()) {
                    return null;
                }
                return binding.header().equals("etag") ? quoted(text) : text;
            }
        }
    }

    /** An entity tag is always in quotes. */
    static String quoted(String etag) {
        return etag.startsWith("\"") || etag.startsWith("W/") ? etag : "\"" + etag + "\"";
    }

    /** Header values are visible ASCII: nothing that a service returns can break the header apart. */
    private static String printable(String text) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints().forEach(c -> result.append(c >= 0x20 && c < 0x7F ? (char) c : '?'));
        return result.toString();
    }
}
