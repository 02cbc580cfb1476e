package io.omnirelay.transport.rest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import io.omnirelay.transport.json.MessageFields;
import io.omnirelay.transport.json.Scalars;
import io.omnirelay.transport.json.WellKnown;
import io.omnirelay.transport.json.WellKnownReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A field reached through singular messages: {@code page.size}. */
record FieldPath(List<FieldDescriptor> fields) {
    /** The path of names in proto or JSON spelling, or null if there is none. */
    static @Nullable FieldPath find(Descriptor type, String names) {
        List<FieldDescriptor> fields = new ArrayList<>();
        Descriptor current = type;
        for (String name : names.split("\\.", -1)) {
            FieldDescriptor field =
                    current == null ? null : MessageFields.of(current).find(name);
            if (field == null) {
                return null;
            }
            fields.add(field);
            current = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated()
                    ? field.getMessageType()
                    : null;
        }
        return new FieldPath(List.copyOf(fields));
    }

    FieldDescriptor last() {
        return fields.get(fields.size() - 1);
    }

    /** As in JSON: {@code updateMask}, {@code page.size}. */
    String jsonName() {
        return fields.stream().map(FieldDescriptor::getJsonName).collect(Collectors.joining("."));
    }

    /** As in the proto: {@code update_mask}. */
    String protoName() {
        return fields.stream().map(FieldDescriptor::getName).collect(Collectors.joining("."));
    }

    /** Whether text can fill it: a scalar, an enum, or a message that JSON writes as text; repeated or not. */
    boolean takesText() {
        return takesText(last());
    }

    static boolean takesText(FieldDescriptor field) {
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
            return true;
        }
        return switch (WellKnown.of(field.getMessageType())) {
            case TIMESTAMP, DURATION, FIELD_MASK, WRAPPER -> true;
            case NONE, STRUCT, VALUE, LIST_VALUE, ANY -> false;
        };
    }

    /** Whether it differs from its default, or is present. */
    boolean isSet(MessageOrBuilder message) {
        return read(message) != null;
    }

    /** The value if it differs from its default, or is present; else null. */
    @Nullable
    Object read(MessageOrBuilder message) {
        MessageOrBuilder current = message;
        for (FieldDescriptor field : fields.subList(0, fields.size() - 1)) {
            if (!current.hasField(field)) {
                return null;
            }
            current = (MessageOrBuilder) current.getField(field);
        }
        FieldDescriptor field = last();
        boolean set = field.isRepeated() ? current.getRepeatedFieldCount(field) > 0 : current.hasField(field);
        return set ? current.getField(field) : null;
    }

    /**
     * Parses the text and sets the field, or adds to it if it is repeated.
     *
     * @throws IllegalArgumentException whose message reads on after the field's name
     */
    void set(Message.Builder message, String text) {
        Message.Builder parent = parent(message);
        FieldDescriptor field = last();
        if (!takesText(field)) {
            throw new IllegalArgumentException("cannot be given as text");
        }
        Object value;
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            Message.Builder inner = parent.newBuilderForField(field);
            WellKnownReader.ofText(WellKnown.of(field.getMessageType()), inner, text);
            value = inner.build();
        } else {
            value = Scalars.ofText(field, text);
        }
        if (field.isRepeated()) {
            parent.addRepeatedField(field, value);
        } else {
            parent.setField(field, value);
        }
    }

    /** The builder of the message that holds the field; made if need be. */
    Message.Builder parent(Message.Builder message) {
        Message.Builder current = message;
        for (FieldDescriptor field : fields.subList(0, fields.size() - 1)) {
            current = current.getFieldBuilder(field);
        }
        return current;
    }
}
