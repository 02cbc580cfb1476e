package io.omnirelay.transport.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.omnirelay.test.v1.Author;
import io.omnirelay.test.v1.Book;
import io.omnirelay.test.v1.BookStatus;
import io.omnirelay.test.v1.Everything;
import io.omnirelay.test.v1.Meta;
import io.omnirelay.transport.json.ProtoJson.Defaults;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoJsonTest {
    private static Everything parse(String json) {
        Everything.Builder builder = Everything.newBuilder();
        ProtoJson.parse(json.getBytes(StandardCharsets.UTF_8), builder);
        return builder.build();
    }

    private static RegistryException failure(String json) {
        return failure(json.getBytes(StandardCharsets.UTF_8));
    }

    private static RegistryException failure(byte[] json) {
        RegistryException error =
                catchThrowableOfType(RegistryException.class, () -> ProtoJson.parse(json, Everything.newBuilder()));
        assertThat(error)
                .as("accepted: %s", new String(json, StandardCharsets.ISO_8859_1))
                .isNotNull();
        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        return error;
    }

    private static String print(Everything message) {
        return ProtoJson.printToString(message, Defaults.OMIT);
    }

    @Test
    void print_defaults_hasEveryFieldWithoutPresence() {
        assertThat(ProtoJson.printToString(Book.getDefaultInstance(), Defaults.PRINT))
                .isEqualTo("{\"id\":\"\",\"title\":\"\",\"pages\":0,\"status\":\"unspecified\",\"tags\":[]}");
        assertThat(ProtoJson.printToString(
                        Book.newBuilder().setMeta(Meta.getDefaultInstance()).build(), Defaults.PRINT))
                .contains("\"meta\":{\"version\":0,\"labels\":{}}");
        assertThat(ProtoJson.printToString(Book.getDefaultInstance(), Defaults.OMIT))
                .isEqualTo("{}");
    }

    @Test
    void print_numbers_areNumbers() {
        assertThat(print(Everything.newBuilder()
                        .setAnInt64(Long.MAX_VALUE)
                        .setAUint64(-1)
                        .setAUint32(-1)
                        .setADouble(3)
                        .setAFloat(0.1f)
                        .build()))
                .isEqualTo("{\"aDouble\":3,\"aFloat\":0.1,\"anInt64\":9223372036854775807,\"aUint32\":4294967295,"
                        + "\"aUint64\":18446744073709551615}");
        assertThat(print(Everything.newBuilder()
                        .setADouble(Double.NaN)
                        .setAFloat(Float.NEGATIVE_INFINITY)
                        .build()))
                .isEqualTo("{\"aDouble\":\"NaN\",\"aFloat\":\"-Infinity\"}");
    }

    @Test
    void print_mapKeys_areSorted() {
        assertThat(print(Everything.newBuilder()
                        .putStringMap("b", "2")
                        .putStringMap("a", "1")
                        .putStringMap("c", "3")
                        .build()))
                .isEqualTo("{\"stringMap\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}}");
    }

    @Test
    void print_enum_isShort() {
        assertThat(print(Everything.newBuilder()
                        .setAnEnum(BookStatus.BOOK_STATUS_ON_SHELF)
                        .build()))
                .isEqualTo("{\"anEnum\":\"on-shelf\"}");
        assertThat(print(Everything.newBuilder().setAnEnumValue(99).build())).isEqualTo("{\"anEnum\":99}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"on-shelf\"", "\"ON_SHELF\"", "\"onShelf\"", "\"BOOK_STATUS_ON_SHELF\"", "1", "1.0"})
    void parse_enum_everySpelling(String value) {
        assertThat(parse("{\"anEnum\":" + value + "}").getAnEnum()).isEqualTo(BookStatus.BOOK_STATUS_ON_SHELF);
    }

    @Test
    void parse_names_inBothSpellings() {
        assertThat(parse("{\"an_int64\":1,\"someStrings\":[\"a\"]}"))
                .isEqualTo(Everything.newBuilder()
                        .setAnInt64(1)
                        .addSomeStrings("a")
                        .build());
    }

    @Test
    void parse_null_isUnset() {
        assertThat(parse("{\"anInt64\":null,\"aMessage\":null,\"someStrings\":null,\"stringMap\":null,"
                        + "\"textChoice\":null,\"numberChoice\":null,\"aWrappedInt64\":null,\"aTimestamp\":null}"))
                .isEqualTo(Everything.getDefaultInstance());
        assertThat(parse("{\"aValue\":null}").getAValue().hasNullValue()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "anInt32, 2147483647, true",
        "anInt32, 2147483648, false",
        "anInt32, -2147483648, true",
        "anInt32, 1.5, false",
        "anInt32, 1e3, true",
        "anInt32, 1e999999999, false",
        "anInt32, 1e-999999999, false",
        "anInt32, '\"12\"', true",
        "anInt32, '\" 12\"', false",
        "anInt32, '\"\"', false",
        "anInt32, true, false",
        "anInt64, 9223372036854775807, true",
        "anInt64, 9223372036854775808, false",
        "aUint32, -1, false",
        "aUint64, 18446744073709551615, true",
        "aUint64, 18446744073709551616, false",
        "aDouble, 1e308, true",
        "aDouble, 1e309, false",
        "aDouble, '\"Infinity\"', true",
        "aDouble, NaN, false",
        "aFloat, 1e39, false",
        "aBool, 1, false",
        "aBool, '\"true\"', false",
        "aString, 1, false",
        "aBytes, '\"aGk\"', true",
        "aBytes, '\"aGk=\"', true",
        "aBytes, '\"_-8=\"', true",
        "aBytes, '\"*\"', false",
        "anEnum, '\"lost\"', false",
        "aTimestamp, '\"2026-01-01T00:00:00Z\"', true",
        "aTimestamp, '\"yesterday\"', false",
        "aTimestamp, 5, false",
        "aDuration, '\"1.5s\"', true",
        "aDuration, '\"250ms\"', true",
        "aDuration, '\"soon\"', false",
        "aMask, '\"aB,c.dE\"', true",
        "aMask, '\"a b\"', false",
        "aWrappedInt64, 5, true",
        "aWrappedInt64, '\"x\"', false",
        "aMessage, [], false",
        "someStrings, {}, false",
        "someStrings, [null], false",
        "stringMap, [], false",
        "aStruct, [], false",
        "aList, {}, false",
        "aNull, null, true"
    })
    void parse_value_fitsOrNot(String field, String value, boolean fits) {
        String json = "{\"" + field + "\":" + value + "}";
        if (fits) {
            assertThat(parse(json)).isNotNull();
        } else {
            assertThat(failure(json).detail().getMessage()).startsWith("Line 1, column ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "1",
                "{",
                "{} x",
                "{}{}",
                "{}]",
                "{\"anInt32\":1,}",
                "{\"anInt32\":01}",
                "{anInt32:1}",
                "{'anInt32':1}",
                "{\"anInt32\":1 \"aBool\":true}",
                "// comment\n{}",
                "{\"anInt32\":1,\"anInt32\":1}",
                "{\"anInt32\":1,\"an_int32\":1}",
                "{\"stringMap\":{\"a\":\"1\",\"a\":\"2\"}}",
                "{\"textChoice\":\"a\",\"numberChoice\":1}",
                "{\"aString\":\"\\ud800\"}",
                "{\"aString\":\"\\udc00\\ud800\"}",
                "{\"stringMap\":{\"\\ud800\":\"\"}}",
                "{\"aStruct\":{\"\\ud800\":1}}",
                "{\"aString\":\"\n\"}",
                "{\"anAny\":{\"x\":1}}"
            })
    void parse_malformed_isRefused(String json) {
        assertThat(failure(json).detail().getMessage()).isNotEmpty();
    }

    @Test
    void parse_invalidUtf8_isRefused() {
        byte[] json = "{\"aString\":\"??\"}".getBytes(StandardCharsets.US_ASCII);
        json[12] = (byte) 0xC0;
        json[13] = (byte) 0x80;

        assertThat(failure(json).detail().getMessage()).contains("UTF-8");
        assertThat(failure("{}".getBytes(StandardCharsets.UTF_16)).detail().getMessage())
                .contains("UTF-8");
    }

    @Test
    void parse_depth_isLimited() {
        assertThat(parse("{\"nested\":".repeat(63) + "{}" + "}".repeat(63))).isNotNull();
        assertThat(failure("{\"nested\":".repeat(64) + "{}" + "}".repeat(64))
                        .detail()
                        .getMessage())
                .contains("64");
        assertThat(failure("{\"aValue\":" + "[".repeat(100_000)).detail().getMessage())
                .contains("64");
    }

    @Test
    void parse_unknownField_saysWhereAndSuggests() {
        RegistryException error = failure("{\n  \"someMessages\": [{}, {\"nam\": 1}]\n}");

        assertThat(error.detail().getField()).isEqualTo("someMessages[1].nam");
        assertThat(error.detail().getMessage()).startsWith("Line 2, column").contains("unknown field \"nam\"");
        assertThat(error.detail().getHint()).isEqualTo("Did you mean \"name\"?");
    }

    @Test
    void parse_wrongEnum_saysWhatThereIs() {
        RegistryException error = failure("{\"someEnums\":[\"lend\"]}");

        assertThat(error.detail().getMessage()).contains("one of unspecified, on-shelf, lent");
        assertThat(error.detail().getHint()).isEqualTo("Did you mean \"lent\"?");
        assertThat(error.detail().getField()).isEqualTo("someEnums[0]");
    }

    @Test
    void parse_namingFields_looksIntoMetaOnly() {
        Book.Builder book = Book.newBuilder();
        List<String> named = ProtoJson.parseNamingFields(
                "{\"title\":null,\"meta\":{\"labels\":{},\"updatedAt\":null},\"author\":{\"name\":\"N\"}}"
                        .getBytes(StandardCharsets.UTF_8),
                book);

        assertThat(named).containsExactly("title", "meta.labels", "meta.updated_at", "author");
        assertThat(book.getAuthor().getName()).isEqualTo("N");
        assertThat(ProtoJson.parseNamingFields("{\"meta\":null}".getBytes(StandardCharsets.UTF_8), book))
                .containsExactly("meta");
    }

    @Test
    void dynamicMessage_printsAndParsesAsGenerated() {
        String json = "{\"aMessage\":{\"name\":\"N\"},\"intMap\":{\"1\":{\"born\":2}},\"aTimestamp\":"
                + "\"2026-01-01T00:00:00Z\",\"aStruct\":{\"a\":[1,null]},\"aWrappedString\":\"x\"}";
        DynamicMessage.Builder dynamic = DynamicMessage.newBuilder(Everything.getDescriptor());
        ProtoJson.parse(json.getBytes(StandardCharsets.UTF_8), dynamic);

        assertThat(dynamic.build().toByteString()).isEqualTo(parse(json).toByteString());
        assertThat(ProtoJson.printToString(dynamic, Defaults.OMIT)).isEqualTo(print(parse(json)));
    }

    @Test
    void any_isBase64() {
        Everything message = Everything.newBuilder()
                .setAnAny(com.google.protobuf.Any.newBuilder()
                        .setTypeUrl("type.example/a.B")
                        .setValue(ByteString.copyFromUtf8("hi")))
                .setAMessage(Author.getDefaultInstance())
                .build();

        assertThat(print(message))
                .isEqualTo("{\"aMessage\":{},\"anAny\":{\"@type\":\"type.example/a.B\",\"value\":\"aGk=\"}}");
        assertThat(parse(print(message))).isEqualTo(message);
    }
}
