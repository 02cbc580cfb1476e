package io.omnirelay.transport.openapi;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The schemas of the message types that proto3 JSON writes in a form of their own. */
final class WellKnownSchemas {
    private static final String PACKAGE = "google.protobuf.";
    private static final Set<String> TEXT = Set.of(
            "Timestamp",
            "Duration",
            "FieldMask",
            "DoubleValue",
            "FloatValue",
            "Int32Value",
            "Int64Value",
            "UInt32Value",
            "UInt64Value",
            "BoolValue",
            "StringValue",
            "BytesValue");

    private WellKnownSchemas() {}

    static boolean isText(String fullName) {
        return fullName.startsWith(PACKAGE) && TEXT.contains(fullName.substring(PACKAGE.length()));
    }

    /** The schema of a type; null for all but the well-known ones. */
    static @Nullable Map<String, Object> of(String fullName) {
        if (!fullName.startsWith(PACKAGE)) {
            return null;
        }
        return switch (fullName.substring(PACKAGE.length())) {
            case "Timestamp" -> text("A time as RFC 3339 has it, in UTC.", "date-time", "2026-01-31T12:00:00Z");
            case "Duration" ->
                text("Seconds with a fraction and an s. Accepted, too: whole ms, m and h, such as 250ms.", "", "1.5s");
            case "FieldMask" -> text("Fields in JSON notation, joined by commas.", "", "region,meta.labels");
            case "Struct" -> described(Json.object("type", "object"), "Any JSON object.");
            case "ListValue" -> described(Json.object("type", "array"), "Any JSON array.");
            case "Value" -> described(Json.object(), "Any JSON value.");
            case "Any" -> any();
            case "DoubleValue", "FloatValue" -> Json.object("type", "number");
            case "Int32Value", "Int64Value", "UInt32Value", "UInt64Value" -> Json.object("type", "integer");
            case "BoolValue" -> Json.object("type", "boolean");
            case "StringValue" -> Json.object("type", "string");
            case "BytesValue" -> base64();
            default -> null;
        };
    }

    private static Map<String, Object> any() {
        Map<String, Object> properties = Json.object();
        properties.put("@type", Json.object("type", "string"));
        properties.put("value", base64());
        Map<String, Object> schema = Json.object("type", "object");
        schema.put("properties", properties);
        return described(schema, "A message of any type: the URL of its type, and its encoded bytes.");
    }

    private static Map<String, Object> base64() {
        Map<String, Object> schema = Json.object("type", "string");
        schema.put("contentEncoding", "base64");
        return schema;
    }

    private static Map<String, Object> text(String description, String format, String example) {
        Map<String, Object> schema = Json.object("type", "string");
        Json.putUnlessEmpty(schema, "format", format);
        described(schema, description);
        schema.put("examples", List.of(example));
        return schema;
    }

    private static Map<String, Object> described(Map<String, Object> schema, String description) {
        schema.put("description", description);
        return schema;
    }
}
