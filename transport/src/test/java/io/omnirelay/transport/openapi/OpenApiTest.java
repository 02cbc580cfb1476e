package io.omnirelay.transport.openapi;

import static io.omnirelay.transport.openapi.JsonTree.at;
import static io.omnirelay.transport.openapi.JsonTree.list;
import static io.omnirelay.transport.openapi.JsonTree.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.api.AnnotationsProto;
import com.google.api.CustomHttpPattern;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import io.meshkit.options.Annotations;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Shapes that the registry's contract does not have today, and annotations that are refused. */
class OpenApiTest {
    private final FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder()
            .setName("t.proto")
            .setPackage("t")
            .setSyntax("proto3")
            .addDependency("google/protobuf/timestamp.proto")
            .addDependency("google/protobuf/struct.proto")
            .addDependency("google/protobuf/wrappers.proto");

    OpenApiTest() {
        file.addServiceBuilder().setName("Things");
        message("Answer");
    }

    @Test
    void schemas_numbers_haveTheRangesThatAreServed() throws Exception {
        DescriptorProto.Builder ask = message("Ask");
        field(ask, "a_uint32", Type.TYPE_UINT32);
        field(ask, "a_uint64", Type.TYPE_FIXED64);
        field(ask, "an_int64", Type.TYPE_SINT64);
        field(ask, "an_int32", Type.TYPE_SFIXED32);
        field(ask, "some_bytes", Type.TYPE_BYTES);
        verb("Do", HttpRule.newBuilder().setPost("/do").setBody("*"));
        Map<String, Object> properties = object(at(document(), "components", "schemas", "t.Ask", "properties"));
        assertThat(properties)
                .containsEntry(
                        "aUint32", Map.of("type", "integer", "format", "int64", "minimum", 0L, "maximum", 4294967295L))
                .containsEntry(
                        "aUint64",
                        Map.of("type", "integer", "format", "int64", "minimum", 0L, "maximum", (1L << 53) - 1))
                .containsEntry(
                        "anInt64",
                        Map.of(
                                "type",
                                "integer",
                                "format",
                                "int64",
                                "minimum",
                                1 - (1L << 53),
                                "maximum",
                                (1L << 53) - 1))
                .containsEntry("anInt32", Map.of("type", "integer", "format", "int32"))
                .containsEntry("someBytes", Map.of("type", "string", "contentEncoding", "base64"));
    }

    @Test
    void schemas_messageThatHoldsItself_refersToItself() throws Exception {
        DescriptorProto.Builder ask = message("Ask");
        nested(ask, "inner", ".t.Ask");
        verb("Do", HttpRule.newBuilder().setPost("/do").setBody("*"));
        assertThat(at(document(), "components", "schemas", "t.Ask", "properties", "inner", "$ref"))
                .isEqualTo("#/components/schemas/t.Ask");
    }

    @Test
    void query_takesWhatTextCanGive() throws Exception {
        DescriptorProto.Builder ask = message("Ask");
        nested(ask, "inner", ".t.Ask");
        nested(ask, "since", ".google.protobuf.Timestamp");
        nested(ask, "least", ".google.protobuf.Int64Value");
        nested(ask, "free", ".google.protobuf.Struct");
        field(ask, "tags", Type.TYPE_STRING).setLabel(Label.LABEL_REPEATED);
        nested(ask, "many", ".t.Answer").setLabel(Label.LABEL_REPEATED);
        verb("Find", HttpRule.newBuilder().setGet("/find"));
        Object document = document();
        List<Object> parameters = list(at(document, "paths", "/find", "get", "parameters"));
        assertThat(parameters)
                .extracting(parameter -> object(parameter).get("name"))
                .contains("since", "least", "tags", "inner.since", "inner.inner.inner.tags")
                .doesNotContain("free", "many", "inner", "inner.inner.inner.inner.tags");
        assertThat(parameters)
                .anySatisfy(parameter -> assertThat(object(parameter))
                        .containsEntry("name", "tags")
                        .containsEntry("schema", Map.of("type", "array", "items", Map.of("type", "string"))));
    }

    @Test
    void headers_belowListsAndOneofs_areNotBound() throws Exception {
        DescriptorProto.Builder options = message("Options");
        field(options, "key", Type.TYPE_STRING)
                .setOptions(FieldOptions.newBuilder().setExtension(Annotations.header, "x-key"));
        DescriptorProto.Builder ask = message("Ask");
        nested(ask, "many", ".t.Options").setLabel(Label.LABEL_REPEATED);
        ask.addOneofDeclBuilder().setName("choice");
        nested(ask, "chosen", ".t.Options").setOneofIndex(0);
        verb("Do", HttpRule.newBuilder().setPost("/do").setBody("*"));
        Map<String, Object> post = object(at(document(), "paths", "/do", "post"));
        assertThat(post).doesNotContainKey("parameters");
    }

    @Test
    void serverStream_isServerSentEvents() throws Exception {
        message("Ask");
        verb("Watch", HttpRule.newBuilder().setGet("/things:watch")).setServerStreaming(true);
        Object content = at(document(), "paths", "/things:watch", "get", "responses", "200", "content");
        assertThat(object(content)).containsOnlyKeys("text/event-stream");
        assertThat(at(content, "text/event-stream", "schema", "contentSchema", "$ref"))
                .isEqualTo("#/components/schemas/t.Answer");
    }

    @Test
    void clientStream_isLeftOut() throws Exception {
        message("Ask");
        verb("Send", HttpRule.newBuilder().setPost("/send").setBody("*")).setClientStreaming(true);
        assertThat(object(at(document(), "paths"))).isEmpty();
    }

    @Test
    void bodyThatIsNoMessage_isRefused() {
        field(message("Ask"), "text", Type.TYPE_STRING);
        verb("One", HttpRule.newBuilder().setPost("/one").setBody("text"));
        assertThatIllegalArgumentException().isThrownBy(this::document).withMessageContaining("t.Ask.text");
    }

    @Test
    void enumWhosePrefixIsNotCommon_keepsWholeNames() throws Exception {
        file.addEnumTypeBuilder()
                .setName("Color")
                .addValue(EnumValueDescriptorProto.newBuilder()
                        .setName("COLOR_NONE")
                        .setNumber(0))
                .addValue(EnumValueDescriptorProto.newBuilder()
                        .setName("DARK_RED")
                        .setNumber(1));
        field(message("Ask"), "color", Type.TYPE_ENUM).setTypeName(".t.Color");
        verb("Do", HttpRule.newBuilder().setPost("/do").setBody("*"));
        assertThat(at(document(), "components", "schemas", "t.Color", "enum"))
                .isEqualTo(List.of("color-none", "dark-red"));
    }

    @Test
    void verbWithoutAnnotation_isLeftOut() throws Exception {
        message("Ask");
        file.getServiceBuilder(0)
                .addMethodBuilder()
                .setName("Hidden")
                .setInputType(".t.Ask")
                .setOutputType(".t.Answer");
        Object document = document();
        assertThat(object(at(document, "paths"))).isEmpty();
        assertThat(list(at(document, "tags"))).isEmpty();
    }

    @Test
    void sameMethodAndPathShapeTwice_isRefused() {
        DescriptorProto.Builder ask = message("Ask");
        field(ask, "id", Type.TYPE_STRING);
        field(ask, "name", Type.TYPE_STRING);
        verb("One", HttpRule.newBuilder().setGet("/things/{id}"));
        verb("Two", HttpRule.newBuilder().setGet("/things/{name}"));
        assertThatIllegalArgumentException()
                .isThrownBy(this::document)
                .withMessageContaining("get /things/{id}")
                .withMessageContaining("t.Things.Two");
    }

    @Test
    void fieldThatTheRequestDoesNotHave_isRefused() {
        message("Ask");
        verb("One", HttpRule.newBuilder().setGet("/things/{id.name}"));
        assertThatIllegalArgumentException().isThrownBy(this::document).withMessage("t.Ask has no field id.name");
    }

    @Test
    void methodOutsideOpenApi_isRefused() {
        message("Ask");
        verb(
                "One",
                HttpRule.newBuilder()
                        .setCustom(
                                CustomHttpPattern.newBuilder().setKind("BREW").setPath("/pot")));
        assertThatIllegalArgumentException().isThrownBy(this::document).withMessageContaining("t.Things.One");
    }

    private Object document() throws IOException, DescriptorValidationException {
        ServiceDescriptor service = FileDescriptor.buildFrom(file.build(), new FileDescriptor[] {
                    TimestampProto.getDescriptor(), StructProto.getDescriptor(), WrappersProto.getDescriptor()
                })
                .findServiceByName("Things");
        return JsonTree.read(OpenApi.document("t", "1", List.of(service), Map.of()));
    }

    private DescriptorProto.Builder message(String name) {
        return file.addMessageTypeBuilder().setName(name);
    }

    private static FieldDescriptorProto.Builder field(DescriptorProto.Builder message, String name, Type type) {
        return message.addFieldBuilder()
                .setName(name)
                .setNumber(message.getFieldCount())
                .setLabel(Label.LABEL_OPTIONAL)
                .setType(type);
    }

    private static FieldDescriptorProto.Builder nested(DescriptorProto.Builder message, String name, String type) {
        return field(message, name, Type.TYPE_MESSAGE).setTypeName(type);
    }

    private MethodDescriptorProto.Builder verb(String name, HttpRule.Builder rule) {
        MethodDescriptorProto.Builder verb = file.getServiceBuilder(0)
                .addMethodBuilder()
                .setName(name)
                .setInputType(".t.Ask")
                .setOutputType(".t.Answer");
        verb.getOptionsBuilder().setExtension(AnnotationsProto.http, rule.build());
        return verb;
    }
}
