package io.meshkit.domain.config;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meshkit.api.ErrorCode;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.DomainLimits;

/** The limits of a document, and what JSON cannot hold. */
final class ConfigChecks {
    private ConfigChecks() {}

    /** @param field the request's field that holds the document or patch */
    static void document(String field, Struct document, Check check) {
        check.atMost(DomainLimits.CONFIG_BYTES_MAX, document.getSerializedSize(), field, "bytes");
        members(field, document, 1, check);
    }

    private static void members(String field, Struct struct, int depth, Check check) {
        if (isTooDeep(field, depth, check)) {
            return;
        }
        struct.getFieldsMap().forEach((name, value) -> value(field, value, depth, check));
    }

    private static void value(String field, Value value, int depth, Check check) {
        switch (value.getKindCase()) {
            case STRUCT_VALUE -> members(field, value.getStructValue(), depth + 1, check);
            case LIST_VALUE -> {
                if (!isTooDeep(field, depth + 1, check)) {
                    value.getListValue().getValuesList().forEach(element -> value(field, element, depth + 1, check));
                }
            }
            case NUMBER_VALUE ->
                check.that(
                        Double.isFinite(value.getNumberValue()),
                        field,
                        field + " holds the number " + value.getNumberValue(),
                        "JSON has finite numbers only");
            case KIND_NOT_SET -> check.that(false, field, field + " holds a value that is nothing", "use null");
            case NULL_VALUE, STRING_VALUE, BOOL_VALUE -> {}
        }
    }

    private static boolean isTooDeep(String field, int depth, Check check) {
        if (depth <= DomainLimits.CONFIG_DEPTH_MAX) {
            return false;
        }
        check.fail(
                ErrorCode.LIMIT_EXCEEDED,
                field,
                field + " is more than " + DomainLimits.CONFIG_DEPTH_MAX + " levels deep",
                "nest less");
        return true;
    }
}
