package io.omnirelay.transport.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.FieldMaskUtil;
import com.google.protobuf.util.Timestamps;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes one message; the rules are {@link ProtoJson}'s. */
final class JsonPrinter {
    /** Up to here a whole double is printed without a fraction: 2^53. */
    private static final double WHOLE_MAX = 9_007_199_254_740_992.0;

    private final JsonGenerator json;
    private final boolean defaults;

    JsonPrinter(JsonGenerator json, boolean defaults) {
        this.json = json;
        this.defaults = defaults;
    }

    void message(MessageOrBuilder message) throws IOException {
        switch (WellKnown.of(message.getDescriptorForType())) {
            case TIMESTAMP -> json.writeString(Timestamps.toString(as(message, Timestamp.getDefaultInstance())));
            case DURATION -> json.writeString(Durations.toString(as(message, Duration.getDefaultInstance())));
            case FIELD_MASK ->
                json.writeString(FieldMaskUtil.toJsonString(as(message, FieldMask.getDefaultInstance())));
            case STRUCT -> struct(as(message, Struct.getDefaultInstance()));
            case VALUE -> value(as(message, Value.getDefaultInstance()));
            case LIST_VALUE -> list(as(message, ListValue.getDefaultInstance()));
            case ANY -> {
                json.writeStartObject();
                member(message, "type_url", "@type");
                member(message, "value", "value");
                json.writeEndObject();
            }
            case WRAPPER -> {
                FieldDescriptor field = message.getDescriptorForType().findFieldByNumber(1);
                single(field, message.getField(field));
            }
            case NONE -> object(message);
        }
    }

    private void object(MessageOrBuilder message) throws IOException {
        json.writeStartObject();
        for (MessageFields.Named named :
                MessageFields.of(message.getDescriptorForType()).inOrder()) {
            FieldDescriptor field = named.field();
            if (field.isRepeated()) {
                if (defaults || message.getRepeatedFieldCount(field) > 0) {
                    json.writeFieldName(named.name());
                    repeated(field, message.getField(field));
                }
            } else if (message.hasField(field) || (defaults && !field.hasPresence())) {
                json.writeFieldName(named.name());
                single(field, message.getField(field));
            }
        }
        json.writeEndObject();
    }

    private void repeated(FieldDescriptor field, Object elements) throws IOException {
        if (field.isMapField()) {
            map(field, (List<?>) elements);
            return;
        }
        json.writeStartArray();
        for (Object element : (List<?>) elements) {
            single(field, element);
        }
        json.writeEndArray();
    }

    private void map(FieldDescriptor field, List<?> entries) throws IOException {
        FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
        FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
        Map<String, Object> sorted = new TreeMap<>();
        for (Object entry : entries) {
            sorted.put(mapKey(key, ((Message) entry).getField(key)), ((Message) entry).getField(value));
        }
        json.writeStartObject();
        for (Map.Entry<String, Object> entry : sorted.entrySet()) {
            json.writeFieldName(entry.getKey());
            single(value, entry.getValue());
        }
        json.writeEndObject();
    }

    private static String mapKey(FieldDescriptor field, Object key) {
        return switch (field.getType()) {
            case UINT32, FIXED32 -> Integer.toUnsignedString((Integer) key);
            case UINT64, FIXED64 -> Long.toUnsignedString((Long) key);
            default -> key.toString();
        };
    }

    private void single(FieldDescriptor field, Object value) throws IOException {
        switch (field.getType()) {
            case INT32, SINT32, SFIXED32 -> json.writeNumber((Integer) value);
            case INT64, SINT64, SFIXED64 -> json.writeNumber((Long) value);
            case UINT32, FIXED32 -> json.writeNumber(Integer.toUnsignedLong((Integer) value));
            case UINT64, FIXED64 -> {
                long bits = (Long) value;
                if (bits >= 0) {
                    json.writeNumber(bits);
                } else {
                    json.writeNumber(new BigInteger(Long.toUnsignedString(bits)));
                }
            }
            case BOOL -> json.writeBoolean((Boolean) value);
            case STRING -> json.writeString((String) value);
            case BYTES -> json.writeString(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
            case DOUBLE -> number((Double) value);
            case FLOAT -> number((Float) value);
            case ENUM -> enumValue((EnumValueDescriptor) value);
            case MESSAGE, GROUP -> message((Message) value);
        }
    }

    private void enumValue(EnumValueDescriptor value) throws IOException {
        if (value.getType().getFullName().equals("google.protobuf.NullValue")) {
            json.writeNull();
            return;
        }
        String label = EnumNames.of(value.getType()).label(value.getNumber());
        if (label == null) {
            json.writeNumber(value.getNumber());
        } else {
            json.writeString(label);
        }
    }

    private void number(double value) throws IOException {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            json.writeString(Double.toString(value));
        } else if (value == Math.rint(value) && Math.abs(value) < WHOLE_MAX && !isNegativeZero(value)) {
            json.writeNumber((long) value);
        } else {
            json.writeNumber(value);
        }
    }

    private void number(float value) throws IOException {
        if (Float.isNaN(value) || Float.isInfinite(value) || value == Math.rint(value)) {
            number((double) value);
        } else {
            json.writeNumber(value);
        }
    }

    private static boolean isNegativeZero(double value) {
        return value == 0 && 1 / value < 0;
    }

    private void member(MessageOrBuilder message, String field, String name) throws IOException {
        FieldDescriptor descriptor = message.getDescriptorForType().findFieldByName(field);
        json.writeFieldName(name);
        single(descriptor, message.getField(descriptor));
    }

    private void struct(Struct struct) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, Value> field : new TreeMap<>(struct.getFieldsMap()).entrySet()) {
            json.writeFieldName(field.getKey());
            value(field.getValue());
        }
        json.writeEndObject();
    }

    private void list(ListValue list) throws IOException {
        json.writeStartArray();
        for (Value element : list.getValuesList()) {
            value(element);
        }
        json.writeEndArray();
    }

    private void value(Value value) throws IOException {
        switch (value.getKindCase()) {
            case NUMBER_VALUE -> number(value.getNumberValue());
            case STRING_VALUE -> json.writeString(value.getStringValue());
            case BOOL_VALUE -> json.writeBoolean(value.getBoolValue());
            case STRUCT_VALUE -> struct(value.getStructValue());
            case LIST_VALUE -> list(value.getListValue());
            case NULL_VALUE, KIND_NOT_SET -> json.writeNull();
        }
    }

    /** The generated form of a well-known message, which may be dynamic. */
    @SuppressWarnings("unchecked")
    private static <T extends Message> T as(MessageOrBuilder message, T type) throws IOException {
        if (type.getClass().isInstance(message)) {
            return (T) message;
        }
        Message whole = message instanceof Message m ? m : ((Message.Builder) message).buildPartial();
        return (T) type.getParserForType().parseFrom(whole.toByteString());
    }
}
