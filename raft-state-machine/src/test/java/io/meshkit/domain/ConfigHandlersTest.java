package io.meshkit.domain;

import static io.meshkit.api.ErrorCode.INVALID_REQUEST;
import static io.meshkit.api.ErrorCode.LIMIT_EXCEEDED;
import static io.meshkit.api.ErrorCode.NOT_FOUND;
import static io.meshkit.api.ErrorCode.REVISION_MISMATCH;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.v1.AuditEntry;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.ListAuditRequest;
import io.meshkit.v1.ListAuditResponse;
import io.meshkit.v1.LogEntry;
import io.meshkit.v1.PatchConfigRequest;
import io.meshkit.v1.TransactRequest;
import io.meshkit.v1.TransactionOperation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigHandlersTest {
    static Stream<Refusal> refusals() {
        return Stream.of(
                Refusal.of("patch: bad name", Make.patch(" ", "{}"), INVALID_REQUEST, "name"),
                Refusal.of(
                        "patch: no patch",
                        PatchConfigRequest.newBuilder().setName("a").build(),
                        INVALID_REQUEST,
                        "JSON object"),
                Refusal.of(
                        "patch: not finite",
                        of(Value.newBuilder().setNumberValue(Double.NaN).build()),
                        INVALID_REQUEST,
                        "finite"),
                Refusal.of("patch: nothing", of(Value.getDefaultInstance()), INVALID_REQUEST, "use null"),
                Refusal.of("patch: too deep", of(nested(DomainLimits.CONFIG_DEPTH_MAX)), LIMIT_EXCEEDED, "32 levels"),
                Refusal.of(
                        "patch: lists too deep", of(nestedLists(DomainLimits.CONFIG_DEPTH_MAX)), LIMIT_EXCEEDED, "32"),
                Refusal.of("patch: too large", of(text(300_000)), LIMIT_EXCEEDED, "262144"),
                Refusal.of(
                        "patch: result too large",
                        Make.patch("a", "{\"b\": \"" + "y".repeat(200_000) + "\"}"),
                        LIMIT_EXCEEDED,
                        "document has",
                        of(text(200_000))),
                Refusal.of(
                        "patch: other etag",
                        Registry.with(Make.patch("a", "{}"), o -> o.setIfMatch("\"9\"")),
                        REVISION_MISMATCH,
                        "\"1\"",
                        Make.patch("a", "{}")),
                Refusal.of(
                        "patch: etag of a missing one",
                        Registry.with(Make.patch("a", "{}"), o -> o.setIfMatch("\"9\"")),
                        NOT_FOUND,
                        "config a"),
                Refusal.of("delete: missing", Make.deleteConfig("a"), NOT_FOUND, "config a"),
                Refusal.of("delete: no name", Make.deleteConfig(""), INVALID_REQUEST, "name"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void decide_refuses(Refusal row) {
        row.verify();
    }

    /** The vectors of RFC 7396, appendix A, whose target and patch are objects. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "{'a':'b'} # {'a':'c'} # {'a':'c'}",
                "{'a':'b'} # {'b':'c'} # {'a':'b','b':'c'}",
                "{'a':'b'} # {'a':null} # {}",
                "{'a':'b','b':'c'} # {'a':null} # {'b':'c'}",
                "{'a':['b']} # {'a':'c'} # {'a':'c'}",
                "{'a':'c'} # {'a':['b']} # {'a':['b']}",
                "{'a':{'b':'c'}} # {'a':{'b':'d','c':null}} # {'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]} # {'a':[1]} # {'a':[1]}",
                "{'e':null} # {'a':1} # {'a':1}",
                "{} # {'a':{'bb':{'ccc':null}}} # {'a':{'bb':{}}}",
                "{'a':'foo'} # {'a':{'b':null}} # {'a':{}}",
                // The example of RFC 7396, section 3.
                "{'title':'Goodbye!','author':{'givenName':'John','familyName':'Doe'},'tags':['example','sample'],"
                        + "'content':'This will be unchanged'} # {'title':'Hello!','phoneNumber':'+01-123-456-7890',"
                        + "'author':{'familyName':null},'tags':['example']} # {'title':'Hello!',"
                        + "'author':{'givenName':'John'},'tags':['example'],'content':'This will be unchanged',"
                        + "'phoneNumber':'+01-123-456-7890'}"
            })
    void patch_rfc7396(String target, String patch, String expected) {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.patch("a", target.replace('\'', '"')));
            ConfigDocument config =
                    registry.mutate(Make.patch("a", patch.replace('\'', '"'))).record("config");
            assertThat(config.getDocument()).isEqualTo(Make.json(expected.replace('\'', '"')));
            assertThat(List.copyOf(config.getDocument().getFieldsMap().keySet()))
                    .isSorted();
        }
    }

    @Test
    void patch_withoutName_isTheMeshsDocument() {
        try (Registry registry = new Registry()) {
            ConfigDocument config = registry.mutate(Make.patch("", "{}")).record("config");
            assertThat(config.getName()).isEqualTo("mesh");
            assertThat(registry.mutate(Make.patch("mesh", "{\"a\": null}"))
                            .result()
                            .getChanged())
                    .isFalse();
        }
    }

    @Test
    void delete_thenPatch_startsFromNothing() {
        try (Registry registry = new Registry()) {
            registry.mutate(Make.patch("a", "{\"x\": 1}"));
            registry.mutate(Make.deleteConfig("a"));
            ConfigDocument config =
                    registry.mutate(Make.patch("a", "{\"y\": 2}")).record("config");
            assertThat(config.getDocument()).isEqualTo(Make.json("{\"y\": 2}"));
            assertThat(config.getMeta().getVersion()).isEqualTo(1);
        }
    }

    /** Protobuf parses 100 messages deep at most: the deepest legal document must fit through every envelope. */
    @Test
    void deepestDocument_passesThroughEveryEnvelope() throws Exception {
        for (Value deepest :
                List.of(nested(DomainLimits.CONFIG_DEPTH_MAX - 1), nestedLists(DomainLimits.CONFIG_DEPTH_MAX - 1))) {
            try (Registry registry = new Registry()) {
                TransactRequest request = TransactRequest.newBuilder()
                        .addOperations(TransactionOperation.newBuilder().setPatchConfig(of(deepest)))
                        .build();
                LogEntry entry = LogEntry.newBuilder()
                        .setFormat(RegistryStateMachine.LOG_FORMAT)
                        .addCommands(Commands.withRequestId(Commands.wrap(request, "alice"), "r"))
                        .build();
                Applied applied = registry.apply(LogEntry.parseFrom(entry.toByteArray()));
                assertThat(applied.outcomes().getFirst().hasRejection()).isFalse();
                assertThat(AuditEntry.parseFrom(applied.entries().getFirst().toByteArray()))
                        .isEqualTo(applied.entries().getFirst());
                assertThat(applied.entryBytes())
                        .containsExactly(applied.entries().getFirst().getSerializedSize());
                ListAuditResponse audit =
                        registry.query(ListAuditRequest.getDefaultInstance(), ListAuditResponse.class);
                assertThat(ListAuditResponse.parseFrom(audit.toByteArray())).isEqualTo(audit);
            }
        }
    }

    private static PatchConfigRequest of(Value value) {
        return PatchConfigRequest.newBuilder()
                .setName("a")
                .setPatch(Struct.newBuilder().putFields("x", value))
                .build();
    }

    private static Value text(int length) {
        return Value.newBuilder().setStringValue("x".repeat(length)).build();
    }

    private static Value nested(int depth) {
        Value value = Value.newBuilder().setBoolValue(true).build();
        for (int i = 0; i < depth; i++) {
            value = Value.newBuilder()
                    .setStructValue(Struct.newBuilder().putFields("x", value))
                    .build();
        }
        return value;
    }

    private static Value nestedLists(int depth) {
        Value value = Value.newBuilder().setBoolValue(true).build();
        for (int i = 0; i < depth; i++) {
            value = Value.newBuilder()
                    .setListValue(ListValue.newBuilder().addValues(value))
                    .build();
        }
        return value;
    }
}
