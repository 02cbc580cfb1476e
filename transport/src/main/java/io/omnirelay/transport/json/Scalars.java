package io.omnirelay.transport.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;

/**
 * Scalar and enum values from text. Every refusal is an IllegalArgumentException that reads on after the
 * field's name: {@code must be an integer from 0 to 4294967295, is "x"}.
 */
public final class Scalars {
    private static final BigInteger UINT32_MAX = BigInteger.valueOf(0xFFFF_FFFFL);
    private static final BigInteger UINT64_MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    /** An exponent beyond this is outside every integer type; keeps 1e999999999 from becoming work. */
    private static final int EXPONENT_MAX = 40;

    private Scalars() {}

    /** A value from a path, a query, a header or a map key, where everything is text. */
    public static Object ofText(FieldDescriptor field, String text) {
        if (field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw refuse(field, text);
            };
        }
        if (field.getJavaType() == FieldDescriptor.JavaType.ENUM && text.matches("-?[0-9]{1,10}")) {
            return ofNumber(field, text);
        }
        return ofString(field, text);
    }

    /** A value from a JSON string. */
    static Object ofString(FieldDescriptor field, String text) {
        return switch (field.getJavaType()) {
            case STRING -> text;
            case BYTE_STRING -> bytes(text);
            case ENUM -> {
                EnumValueDescriptor value = EnumNames.of(field.getEnumType()).find(text);
                if (value == null) {
                    throw refuse(field, text);
                }
                yield value;
            }
            case INT, LONG -> ofNumber(field, text);
            case DOUBLE, FLOAT ->
                switch (text) {
                    case "NaN" -> special(field, Double.NaN);
                    case "Infinity" -> special(field, Double.POSITIVE_INFINITY);
                    case "-Infinity" -> special(field, Double.NEGATIVE_INFINITY);
                    default -> ofNumber(field, text);
                };
            case BOOLEAN, MESSAGE -> throw refuse(field, text);
        };
    }

    static Object ofBoolean(FieldDescriptor field, boolean value) {
        if (field.getJavaType() != FieldDescriptor.JavaType.BOOLEAN) {
            throw refuse(field, Boolean.toString(value));
        }
        return value;
    }

    /** A value from a JSON number. */
    static Object ofNumber(FieldDescriptor field, String text) {
        return switch (field.getType()) {
            case INT32, SINT32, SFIXED32 ->
                integer(field, text, BigInteger.valueOf(Integer.MIN_VALUE), BigInteger.valueOf(Integer.MAX_VALUE))
                        .intValue();
            case UINT32, FIXED32 ->
                integer(field, text, BigInteger.ZERO, UINT32_MAX).intValue();
            case INT64, SINT64, SFIXED64 ->
                integer(field, text, BigInteger.valueOf(Long.MIN_VALUE), BigInteger.valueOf(Long.MAX_VALUE))
                        .longValue();
            case UINT64, FIXED64 ->
                integer(field, text, BigInteger.ZERO, UINT64_MAX).longValue();
            case DOUBLE -> {
                double value = decimal(field, text).doubleValue();
                if (Double.isInfinite(value)) {
                    throw refuse(field, text);
                }
                yield value == 0 && text.startsWith("-") ? -0.0 : value;
            }
            case FLOAT -> {
                float value = decimal(field, text).floatValue();
                if (Float.isInfinite(value)) {
                    throw refuse(field, text);
                }
                yield value == 0 && text.startsWith("-") ? -0.0f : value;
            }
            case ENUM ->
                field.getEnumType()
                        .findValueByNumberCreatingIfUnknown(integer(
                                        field,
                                        text,
                                        BigInteger.valueOf(Integer.MIN_VALUE),
                                        BigInteger.valueOf(Integer.MAX_VALUE))
                                .intValue());
            case BOOL, STRING, BYTES, MESSAGE, GROUP -> throw refuse(field, text);
        };
    }

    /** Standard or URL-safe base64, padded or not. */
    static ByteString bytes(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        String plain = text.substring(0, end).replace('-', '+').replace('_', '/');
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(plain));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be base64", e);
        }
    }

    /** What a field takes, to be read after "must be". */
    public static String describe(FieldDescriptor field) {
        return switch (field.getType()) {
            case INT32, SINT32, SFIXED32 -> "an integer from -2147483648 to 2147483647";
            case UINT32, FIXED32 -> "an integer from 0 to 4294967295";
            case INT64, SINT64, SFIXED64 -> "a 64-bit integer";
            case UINT64, FIXED64 -> "an unsigned 64-bit integer";
            case DOUBLE, FLOAT -> "a number";
            case BOOL -> "true or false";
            case STRING -> "a string";
            case BYTES -> "a string of base64";
            case ENUM ->
                "one of " + String.join(", ", EnumNames.of(field.getEnumType()).choices());
            case MESSAGE, GROUP -> "an object";
        };
    }

    /** Did-you-mean for enums; empty for the rest. */
    static String hint(FieldDescriptor field, String text) {
        return field.getJavaType() == FieldDescriptor.JavaType.ENUM
                ? Suggestions.hint(text, EnumNames.of(field.getEnumType()).choices())
                : "";
    }

    private static Object special(FieldDescriptor field, double value) {
        return field.getJavaType() == FieldDescriptor.JavaType.FLOAT ? (Object) (float) value : (Object) value;
    }

    private static BigInteger integer(FieldDescriptor field, String text, BigInteger min, BigInteger max) {
        BigDecimal decimal = decimal(field, text);
        if (Math.abs((long) decimal.scale()) > EXPONENT_MAX + (long) decimal.precision()) {
            throw refuse(field, text);
        }
        BigInteger value;
        try {
            value = decimal.toBigIntegerExact();
        } catch (ArithmeticException e) {
            throw refuse(field, text);
        }
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw refuse(field, text);
        }
        return value;
    }

    private static BigDecimal decimal(FieldDescriptor field, String text) {
        if (text.isEmpty() || text.length() > 128 || text.startsWith("+") || text.startsWith(".")) {
            throw refuse(field, text);
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw refuse(field, text);
        }
    }

    private static IllegalArgumentException refuse(FieldDescriptor field, String text) {
        String shown = text.length() <= 64 ? text : text.substring(0, 64) + "…";
        return new IllegalArgumentException("must be " + describe(field) + ", is \"" + shown + "\"");
    }
}
