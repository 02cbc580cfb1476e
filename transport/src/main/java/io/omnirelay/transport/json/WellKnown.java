package io.omnirelay.transport.json;

import com.google.protobuf.Descriptors.Descriptor;
import java.util.HashMap;
import java.util.Map;

/** The message types that proto3 JSON writes in a form of their own. */
public enum WellKnown {
    /** Everything else: an object with a member per field. */
    NONE(""),
    TIMESTAMP("Timestamp"),
    DURATION("Duration"),
    FIELD_MASK("FieldMask"),
    STRUCT("Struct"),
    VALUE("Value"),
    LIST_VALUE("ListValue"),
    ANY("Any"),
    WRAPPER(
            "Int32Value",
            "Int64Value",
            "UInt32Value",
            "UInt64Value",
            "DoubleValue",
            "FloatValue",
            "BoolValue",
            "StringValue",
            "BytesValue");

    private static final Map<String, WellKnown> BY_NAME = new HashMap<>();

    static {
        for (WellKnown kind : values()) {
            for (String name : kind.names) {
                BY_NAME.put("google.protobuf." + name, kind);
            }
        }
    }

    private final String[] names;

    WellKnown(String... names) {
        this.names = names;
    }

    /** The kind of a type. */
    public static WellKnown of(Descriptor type) {
        return BY_NAME.getOrDefault(type.getFullName(), NONE);
    }
}
