package io.omnirelay.transport.openapi;

import com.google.protobuf.Descriptors.Descriptor;
import io.omnirelay.transport.json.WellKnown;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The schemas of the message types that proto3 JSON writes in a form of their own. */
final class WellKnownSchemas {
    private WellKnownSchemas() {}

    /** The schema of a type; null for all but the well-known ones. */
    static @Nullable Map<String, Object> of(Descriptor type) {
        return switch (WellKnown.of(type)) {
            case NONE -> null;
            case TIMESTAMP -> text("A time as RFC 3339 has it, in UTC.", "date-time", "2026-01-31T12:00:00Z");
            case DURATION ->
                text("Seconds with a fraction and an s. Accepted, too: whole ms, m and h, such as 250ms.", "", "1.5s");
            case FIELD_MASK -> text("Fields in JSON notation, joined by commas.", "", "region,meta.labels");
            case STRUCT -> described(Json.object("type", "object"), "Any JSON object.");
            case LIST_VALUE -> described(Json.object("type", "array"), "Any JSON array.");
            case VALUE -> described(Json.object(), "Any JSON value.");
            case ANY -> any();
            // As the scalar that it wraps.
            case WRAPPER -> Schemas.scalar(type.findFieldByNumber(1));
        };
    }

    private static Map<String, Object> any() {
        Map<String, Object> properties = Json.object();
        properties.put("@type", Json.object("type", "string"));
        properties.put("value", Schemas.base64());
        Map<String, Object> schema = Json.object("type", "object");
        schema.put("properties", properties);
        return described(schema, "A message of any type: the URL of its type, and its encoded bytes.");
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
