package io.omnirelay.transport.openapi;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import io.omnirelay.transport.json.EnumNames;
import io.omnirelay.transport.json.WellKnown;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The schemas of messages and enums in the JSON that the transport speaks, made as they are referred to, each
 * once, under its full name.
 */
final class Schemas {
    /** 2^53 - 1: the greatest integer that every JSON reader keeps exactly. */
    private static final long SAFE_INTEGER_MAX = 9_007_199_254_740_991L;

    private static final long UINT32_MAX = 0xFFFF_FFFFL;

    private final Comments comments;
    private final Map<String, Object> made = new TreeMap<>();

    Schemas(Comments comments) {
        this.comments = comments;
    }

    /** All schemas referred to so far, by name. */
    Map<String, Object> made() {
        return made;
    }

    /** Whether JSON writes the message as one text or scalar, so that path, query and header can carry it. */
    static boolean isText(Descriptor type) {
        return switch (WellKnown.of(type)) {
            case TIMESTAMP, DURATION, FIELD_MASK, WRAPPER -> true;
            case NONE, STRUCT, VALUE, LIST_VALUE, ANY -> false;
        };
    }

    /** A reference to a message's schema. */
    Map<String, Object> of(Descriptor type) {
        String name = type.getFullName();
        if (!made.containsKey(name)) {
            Map<String, Object> schema = WellKnownSchemas.of(type);
            if (schema == null) {
                // Stands there before its fields do: a message may hold itself.
                schema = Json.object();
                made.put(name, schema);
                fill(schema, type);
            }
            made.put(name, schema);
        }
        return reference(name);
    }

    /** The schema of a field, with its comment. */
    Map<String, Object> of(FieldDescriptor field) {
        Map<String, Object> schema = Json.object();
        schema.putAll(value(field));
        Json.putUnlessEmpty(schema, "description", comments.of(field));
        if (field.getOptions().getDeprecated()) {
            schema.put("deprecated", true);
        }
        return schema;
    }

    /** The schema of a field's value, without its comment. */
    Map<String, Object> value(FieldDescriptor field) {
        if (field.isMapField()) {
            Map<String, Object> map = Json.object("type", "object");
            map.put("additionalProperties", single(field.getMessageType().findFieldByNumber(2)));
            return map;
        }
        if (field.isRepeated()) {
            Map<String, Object> list = Json.object("type", "array");
            list.put("items", single(field));
            return list;
        }
        return single(field);
    }

    private Map<String, Object> single(FieldDescriptor field) {
        return switch (field.getType()) {
            case ENUM -> of(field.getEnumType());
            case MESSAGE, GROUP -> of(field.getMessageType());
            default -> scalar(field);
        };
    }

    /** The schema of a scalar field's value. */
    static Map<String, Object> scalar(FieldDescriptor field) {
        return switch (field.getType()) {
            case INT32, SINT32, SFIXED32 -> typed("integer", "int32");
            case UINT32, FIXED32 -> integer(0, UINT32_MAX);
            case INT64, SINT64, SFIXED64 -> integer(-SAFE_INTEGER_MAX, SAFE_INTEGER_MAX);
            case UINT64, FIXED64 -> integer(0, SAFE_INTEGER_MAX);
            case BOOL -> Json.object("type", "boolean");
            case STRING -> Json.object("type", "string");
            case DOUBLE -> typed("number", "double");
            case FLOAT -> typed("number", "float");
            case BYTES -> base64();
            case ENUM, MESSAGE, GROUP -> throw new IllegalArgumentException("No scalar: " + field.getFullName());
        };
    }

    static Map<String, Object> base64() {
        Map<String, Object> schema = Json.object("type", "string");
        schema.put("contentEncoding", "base64");
        return schema;
    }

    private void fill(Map<String, Object> schema, Descriptor type) {
        schema.put("type", "object");
        Json.putUnlessEmpty(schema, "description", describe(type));
        Map<String, Object> properties = Json.object();
        type.getFields().stream()
                .sorted(Comparator.comparingInt(FieldDescriptor::getNumber))
                .forEach(field -> properties.put(field.getJsonName(), of(field)));
        Json.putUnlessEmpty(schema, "properties", properties);
        List<OneofDescriptor> oneofs = type.getRealOneofs();
        if (oneofs.size() == 1
                && oneofs.get(0).getFieldCount() == type.getFields().size()) {
            schema.put("maxProperties", 1);
        }
        if (type.getOptions().getDeprecated()) {
            schema.put("deprecated", true);
        }
    }

    private String describe(Descriptor type) {
        StringBuilder text = new StringBuilder(comments.of(type));
        for (OneofDescriptor oneof : type.getRealOneofs()) {
            text.append(text.length() == 0 ? "" : "\n\n")
                    .append("At most one of ")
                    .append(oneof.getFields().stream()
                            .map(field -> "`" + field.getJsonName() + "`")
                            .collect(Collectors.joining(", ")))
                    .append('.');
        }
        return text.toString();
    }

    private Map<String, Object> of(EnumDescriptor type) {
        String name = type.getFullName();
        if (name.equals("google.protobuf.NullValue")) {
            return Json.object("type", "null");
        }
        made.computeIfAbsent(name, unused -> {
            EnumNames names = EnumNames.of(type);
            Map<String, Object> schema = Json.object("type", "string");
            schema.put("enum", names.choices());
            Json.putUnlessEmpty(schema, "description", describe(type, names));
            return schema;
        });
        return reference(name);
    }

    private String describe(EnumDescriptor type, EnumNames names) {
        StringBuilder text = new StringBuilder(comments.of(type));
        String separator = text.length() == 0 ? "" : "\n\n";
        for (EnumValueDescriptor value : type.getValues()) {
            String comment = comments.of(value);
            if (!comment.isEmpty()) {
                text.append(separator)
                        .append("- `")
                        .append(names.label(value.getNumber()))
                        .append("`: ")
                        .append(comment.replace('\n', ' '));
                separator = "\n";
            }
        }
        return text.toString();
    }

    private static Map<String, Object> reference(String name) {
        return Json.object("$ref", "#/components/schemas/" + name);
    }

    private static Map<String, Object> typed(String type, String format) {
        Map<String, Object> schema = Json.object("type", type);
        schema.put("format", format);
        return schema;
    }

    private static Map<String, Object> integer(long min, long max) {
        Map<String, Object> schema = typed("integer", "int64");
        schema.put("minimum", min);
        schema.put("maximum", max);
        return schema;
    }
}
