package io.omnirelay.transport.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.FieldMaskUtil;
import com.google.protobuf.util.Timestamps;
import java.io.IOException;
import java.text.ParseException;

/** Reads the well-known types. Refusals are IllegalArgumentExceptions that read on after the field's name. */
public final class WellKnownReader {
    private WellKnownReader() {}

    static void read(JsonParser json, WellKnown kind, Message.Builder into, JsonReader reader) throws IOException {
        switch (kind) {
            case TIMESTAMP, DURATION, FIELD_MASK -> {
                if (json.currentToken() != JsonToken.VALUE_STRING) {
                    throw new IllegalArgumentException("must be a string");
                }
                ofText(kind, into, reader.wellFormed(json, json.getText()));
            }
            case STRUCT -> into.mergeFrom(convert(struct(json, reader), into));
            case VALUE -> into.mergeFrom(convert(value(json, reader), into));
            case LIST_VALUE -> into.mergeFrom(convert(list(json, reader), into));
            case WRAPPER -> {
                FieldDescriptor field = into.getDescriptorForType().findFieldByNumber(1);
                into.setField(field, reader.scalar(json, field));
            }
            case ANY -> any(json, into, reader);
            case NONE -> throw new IllegalStateException("Not a well-known type: " + into.getDescriptorForType());
        }
    }

    /** Fills a timestamp, duration, mask or wrapper from text, as in a query or a header. */
    public static void ofText(WellKnown kind, Message.Builder into, String text) {
        switch (kind) {
            case TIMESTAMP -> {
                try {
                    into.mergeFrom(convert(Timestamps.parse(text), into));
                } catch (ParseException e) {
                    throw new IllegalArgumentException("must be a time such as 2026-01-31T12:00:00Z", e);
                }
            }
            case DURATION -> into.mergeFrom(convert(duration(text), into));
            case FIELD_MASK -> into.mergeFrom(convert(mask(text), into));
            case WRAPPER -> {
                FieldDescriptor field = into.getDescriptorForType().findFieldByNumber(1);
                into.setField(field, Scalars.ofText(field, text));
            }
            default -> throw new IllegalArgumentException("cannot be given as text");
        }
    }

    /** Seconds with a fraction ({@code 1.5s}), as proto3 JSON has it, and for convenience ms, m and h. */
    public static Duration duration(String text) {
        try {
            int unit = text.length();
            while (unit > 0 && Character.isLetter(text.charAt(unit - 1))) {
                unit--;
            }
            String number = text.substring(0, unit);
            return switch (text.substring(unit)) {
                case "ms" -> Durations.fromMillis(Long.parseLong(number));
                case "m" -> Durations.checkValid(Durations.fromMinutes(Long.parseLong(number)));
                case "h" -> Durations.checkValid(Durations.fromHours(Long.parseLong(number)));
                default -> Durations.parse(text);
            };
        } catch (ParseException | NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("must be a duration such as 5s, 0.5s or 250ms", e);
        }
    }

    private static FieldMask mask(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isLetterOrDigit(c) && c != '_' && c != '.' && c != ',') {
                throw new IllegalArgumentException("must be field names joined by commas");
            }
        }
        return FieldMaskUtil.fromJsonString(text);
    }

    private static Struct struct(JsonParser json, JsonReader reader) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("must be an object");
        }
        Struct.Builder struct = Struct.newBuilder();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            reader.wellFormed(json, name);
            json.nextToken();
            struct.putFields(name, value(json, reader));
        }
        return struct.build();
    }

    private static ListValue list(JsonParser json, JsonReader reader) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new IllegalArgumentException("must be an array");
        }
        ListValue.Builder list = ListValue.newBuilder();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            list.addValues(value(json, reader));
        }
        return list.build();
    }

    private static Value value(JsonParser json, JsonReader reader) throws IOException {
        Value.Builder value = Value.newBuilder();
        switch (json.currentToken()) {
            case VALUE_NULL -> value.setNullValue(NullValue.NULL_VALUE);
            case VALUE_TRUE -> value.setBoolValue(true);
            case VALUE_FALSE -> value.setBoolValue(false);
            case VALUE_STRING -> value.setStringValue(reader.wellFormed(json, json.getText()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                double number = Double.parseDouble(json.getText());
                if (Double.isInfinite(number)) {
                    throw new IllegalArgumentException("must be within the range of a double");
                }
                value.setNumberValue(number);
            }
            case START_OBJECT -> value.setStructValue(struct(json, reader));
            case START_ARRAY -> value.setListValue(list(json, reader));
            default -> throw new IllegalArgumentException("must be a JSON value");
        }
        return value.build();
    }

    private static void any(JsonParser json, Message.Builder into, JsonReader reader) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("must be an object");
        }
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            int number = switch (name) {
                case "@type" -> 1;
                case "value" -> 2;
                default -> throw new IllegalArgumentException("must have the members @type and value only");
            };
            json.nextToken();
            FieldDescriptor field = into.getDescriptorForType().findFieldByNumber(number);
            into.setField(field, reader.scalar(json, field));
        }
    }

    /** The message as the builder's own kind, generated or dynamic. */
    private static Message convert(Message generated, Message.Builder into) {
        if (generated.getDescriptorForType() == into.getDescriptorForType()) {
            return generated;
        }
        try {
            return into.getDefaultInstanceForType().getParserForType().parseFrom(generated.toByteString());
        } catch (IOException e) {
            throw new IllegalStateException("A well-known type differs from its own definition", e);
        }
    }
}
