package io.omnirelay.transport.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.Value;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one document into a builder; the rules are {@link ProtoJson}'s. */
final class JsonReader {
    /** The member that {@link #documentNamingFields} looks into. */
    private static final String RECORD_HEADER = "meta";

    private final byte[] source;
    private final StringBuilder path = new StringBuilder();
    private final List<String> named = new ArrayList<>();

    JsonReader(byte[] source) {
        this.source = source;
    }

    void document(Message.Builder into) {
        read(into, null);
    }

    List<String> documentNamingFields(Message.Builder into) {
        read(into, "");
        return List.copyOf(named);
    }

    private void read(Message.Builder into, @Nullable String maskPrefix) {
        if (!UnsafeByteOperations.unsafeWrap(source).isValidUtf8()) {
            throw invalid("The JSON text is not valid UTF-8", "");
        }
        try (JsonParser json = ProtoJson.FACTORY.createParser(new String(source, StandardCharsets.UTF_8))) {
            if (json.nextToken() == null) {
                throw invalid("The JSON text is empty", "");
            }
            message(json, into, maskPrefix);
            if (json.nextToken() != null) {
                throw invalid(at(json) + "there is more text after the JSON document", "");
            }
        } catch (JsonProcessingException e) {
            throw invalid(malformed(e), "");
        } catch (IOException e) {
            throw invalid("The JSON text cannot be read: " + e.getMessage(), "");
        }
    }

    private void message(JsonParser json, Message.Builder into, @Nullable String maskPrefix) throws IOException {
        WellKnown kind = WellKnown.of(into.getDescriptorForType());
        if (kind == WellKnown.NONE) {
            object(json, into, maskPrefix);
        } else {
            try {
                WellKnownReader.read(json, kind, into, this);
            } catch (IllegalArgumentException e) {
                throw fault(json, String.valueOf(e.getMessage()), "");
            }
        }
    }

    private void object(JsonParser json, Message.Builder into, @Nullable String maskPrefix) throws IOException {
        expect(json, JsonToken.START_OBJECT, "an object");
        Descriptor type = into.getDescriptorForType();
        MessageFields fields = MessageFields.of(type);
        Set<Object> seen = new HashSet<>();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            FieldDescriptor field = fields.find(name);
            int length = push(name);
            if (field == null) {
                throw fault(json, "unknown field \"" + clip(name) + "\"", Suggestions.hint(name, fields.names()));
            }
            if (!seen.add(field)) {
                throw fault(json, "\"" + field.getJsonName() + "\" is given twice", "");
            }
            JsonToken token = json.nextToken();
            OneofDescriptor oneof = field.getRealContainingOneof();
            if (oneof != null && token != JsonToken.VALUE_NULL && !seen.add(oneof)) {
                throw fault(json, "only one of " + names(oneof) + " can be given", "");
            }
            field(json, into, field, maskPrefix);
            path.setLength(length);
        }
    }

    private void field(JsonParser json, Message.Builder into, FieldDescriptor field, @Nullable String maskPrefix)
            throws IOException {
        boolean looksInside = maskPrefix != null
                && field.getName().equals(RECORD_HEADER)
                && json.currentToken() == JsonToken.START_OBJECT
                && !field.isRepeated()
                && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
        if (maskPrefix != null && !looksInside) {
            named.add(maskPrefix + field.getName());
        }
        if (json.currentToken() == JsonToken.VALUE_NULL && !takesNull(field)) {
            return;
        }
        if (field.isMapField()) {
            map(json, into, field);
        } else if (field.isRepeated()) {
            array(json, into, field);
        } else if (looksInside) {
            Message.Builder inner = into.newBuilderForField(field);
            message(json, inner, maskPrefix + field.getName() + ".");
            into.setField(field, inner.build());
        } else {
            into.setField(field, value(json, into, field));
        }
    }

    private void array(JsonParser json, Message.Builder into, FieldDescriptor field) throws IOException {
        expect(json, JsonToken.START_ARRAY, "an array");
        int index = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            int length = path.length();
            path.append('[').append(index++).append(']');
            if (json.currentToken() == JsonToken.VALUE_NULL && !takesNull(field)) {
                throw fault(json, "an element must not be null", "");
            }
            into.addRepeatedField(field, value(json, into, field));
            path.setLength(length);
        }
    }

    private void map(JsonParser json, Message.Builder into, FieldDescriptor field) throws IOException {
        expect(json, JsonToken.START_OBJECT, "an object");
        FieldDescriptor keyField = field.getMessageType().findFieldByNumber(1);
        FieldDescriptor valueField = field.getMessageType().findFieldByNumber(2);
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            int length = push(name);
            Message.Builder entry = into.newBuilderForField(field);
            try {
                entry.setField(keyField, Scalars.ofText(keyField, wellFormed(json, name)));
            } catch (IllegalArgumentException e) {
                throw fault(json, "the key " + e.getMessage(), "");
            }
            if (json.nextToken() == JsonToken.VALUE_NULL && !takesNull(valueField)) {
                throw fault(json, "a value must not be null", "");
            }
            entry.setField(valueField, value(json, entry, valueField));
            into.addRepeatedField(field, entry.build());
            path.setLength(length);
        }
    }

    private Object value(JsonParser json, Message.Builder parent, FieldDescriptor field) throws IOException {
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            Message.Builder inner = parent.newBuilderForField(field);
            message(json, inner, null);
            return inner.build();
        }
        return scalar(json, field);
    }

    Object scalar(JsonParser json, FieldDescriptor field) throws IOException {
        try {
            return switch (json.currentToken()) {
                case VALUE_NULL -> {
                    if (!takesNull(field)) {
                        throw new IllegalArgumentException("must not be null");
                    }
                    yield NullValue.NULL_VALUE.getValueDescriptor();
                }
                case VALUE_TRUE, VALUE_FALSE -> Scalars.ofBoolean(field, json.currentToken() == JsonToken.VALUE_TRUE);
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Scalars.ofNumber(field, json.getText());
                case VALUE_STRING -> Scalars.ofString(field, wellFormed(json, json.getText()));
                default -> throw new IllegalArgumentException("must be " + Scalars.describe(field));
            };
        } catch (IllegalArgumentException e) {
            throw fault(json, String.valueOf(e.getMessage()), Scalars.hint(field, json.getText()));
        }
    }

    /** The text, unless it holds half a surrogate pair, which no UTF-8 can carry. */
    String wellFormed(JsonParser json, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw fault(json, "holds an unpaired surrogate", "");
                }
                i++;
            }
        }
        return text;
    }

    /** Only two types have a value that is written null; elsewhere null means unset. */
    private static boolean takesNull(FieldDescriptor field) {
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            return field.getMessageType()
                    .getFullName()
                    .equals(Value.getDescriptor().getFullName());
        }
        if (field.getJavaType() != FieldDescriptor.JavaType.ENUM) {
            return false;
        }
        EnumDescriptor type = field.getEnumType();
        return type.getFullName().equals(NullValue.getDescriptor().getFullName());
    }

    private void expect(JsonParser json, JsonToken token, String what) throws IOException {
        if (json.currentToken() != token) {
            throw fault(json, "must be " + what, "");
        }
    }

    private int push(String name) {
        int length = path.length();
        if (length > 0) {
            path.append('.');
        }
        path.append(clip(name));
        return length;
    }

    RegistryException fault(JsonParser json, String what, String hint) {
        String where = path.length() == 0 ? "" : "\"" + path + "\": ";
        return invalid(at(json) + where + what, hint);
    }

    private RegistryException invalid(String message, String hint) {
        return new RegistryException(RegistryException.detail(ErrorCode.INVALID_REQUEST, message, hint)
                .setField(path.toString())
                .build());
    }

    private static String at(JsonParser json) {
        return at(json.currentTokenLocation());
    }

    private static String at(JsonLocation location) {
        return "Line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
    }

    private static String malformed(JsonProcessingException e) {
        String message = String.valueOf(e.getOriginalMessage());
        return e.getLocation() == null ? "Malformed JSON: " + message : at(e.getLocation()) + message;
    }

    private static String names(OneofDescriptor oneof) {
        return String.join(
                ", ",
                oneof.getFields().stream().map(FieldDescriptor::getJsonName).toList());
    }

    /** Bounds what an error repeats of hostile input. */
    private static String clip(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
