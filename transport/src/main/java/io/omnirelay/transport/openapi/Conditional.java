package io.omnirelay.transport.openapi;

import java.util.Map;

/** Conditional reads (RFC 9110 §13.1.2): HTTP's own, so no field of a request stands for them. */
final class Conditional {
    static final String STATUS = "304";
    static final String RESPONSE = "NotModified";
    static final String PARAMETER = "IfNoneMatch";

    private Conditional() {}

    static Map<String, Object> parameter() {
        Map<String, Object> parameter = Json.object("name", "if-none-match");
        parameter.put("in", "header");
        parameter.put(
                "description",
                "Entity tags of what the caller has already, joined by commas. If one is current, the answer is 304.");
        parameter.put("schema", Json.object("type", "string"));
        return parameter;
    }

    static Map<String, Object> parameterReference() {
        return Json.object("$ref", "#/components/parameters/" + PARAMETER);
    }

    static Map<String, Object> response() {
        return Json.object("description", "The caller has the current state already.");
    }

    static Map<String, Object> responseReference() {
        return Json.object("$ref", "#/components/responses/" + RESPONSE);
    }
}
