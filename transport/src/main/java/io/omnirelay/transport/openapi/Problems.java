package io.omnirelay.transport.openapi;

import io.meshkit.api.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How every error looks: RFC 9457 problem+json with the members of the error taxonomy. */
final class Problems {
    static final String NAME = "Problem";

    private Problems() {}

    /** The response that every operation refers to. */
    static Map<String, Object> response() {
        Map<String, Object> retryAfter =
                Json.object("description", "Whole seconds after which trying again can help; absent if it cannot.");
        retryAfter.put("schema", integer("int64"));
        Map<String, Object> response = Json.object("description", "The request was refused or failed.");
        response.put("headers", Json.object("Retry-After", retryAfter));
        Map<String, Object> reference = Json.object("$ref", "#/components/schemas/" + NAME);
        response.put("content", Json.object("application/problem+json", Json.object("schema", reference)));
        return response;
    }

    static Map<String, Object> schema() {
        Map<String, Object> properties = Json.object();
        Map<String, Object> type = string("Names the code: /problems/no-leader.");
        type.put("format", "uri-reference");
        properties.put("type", type);
        properties.put("title", string("The code in words."));
        properties.put("status", described(integer("int32"), "The HTTP status."));
        properties.put("detail", string("What is wrong, with the offending value."));
        Map<String, Object> code = string("The code, with the HTTP status that carries it:\n\n" + codes());
        code.put("enum", Arrays.stream(ErrorCode.values()).map(ErrorCode::name).toList());
        properties.put("code", code);
        properties.put("hint", string("What to do about it."));
        Map<String, Object> applied = string("Whether the mutation was applied. After `unknown`, retry with the same"
                + " idempotency key, or read.");
        applied.put("enum", List.of("no", "unknown"));
        properties.put("applied", applied);
        properties.put(
                "currentRevision",
                described(integer("int64"), "The record's or the registry's revision, where it helps."));
        properties.put(
                "lowWatermarkRevision",
                described(integer("int64"), "With `COMPACTED`: the oldest revision that can still be followed from."));
        properties.put("retryDelayMs", described(integer("int64"), "When to try again, if that can help."));
        properties.put("leaderHint", string("The id of the node that leads, if another one is known to."));
        properties.put("field", string("The field of the request at fault, in JSON notation."));
        properties.put("requestId", string("The idempotency key of the mutation."));
        Map<String, Object> instance = string("The path of the request.");
        instance.put("format", "uri-reference");
        properties.put("instance", instance);
        Map<String, Object> schema = Json.object("type", "object");
        schema.put("description", "An error (RFC 9457). Members that say nothing are left out.");
        schema.put("required", List.of("type", "title", "status", "code", "applied"));
        schema.put("properties", properties);
        return schema;
    }

    private static String codes() {
        return Arrays.stream(ErrorCode.values())
                .map(code -> "- `" + code.name() + "`: " + code.httpStatus())
                .collect(Collectors.joining("\n"));
    }

    private static Map<String, Object> string(String description) {
        return described(Json.object("type", "string"), description);
    }

    private static Map<String, Object> integer(String format) {
        Map<String, Object> schema = Json.object("type", "integer");
        schema.put("format", format);
        return schema;
    }

    private static Map<String, Object> described(Map<String, Object> schema, String description) {
        schema.put("description", description);
        return schema;
    }
}
