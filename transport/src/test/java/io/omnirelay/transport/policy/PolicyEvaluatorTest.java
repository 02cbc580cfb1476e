package io.omnirelay.transport.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.json.ProtoJson;
import io.omnirelay.transport.policy.Finding.Severity;
import io.omnirelay.transport.policy.TransportPolicy.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One row per rule, and what a policy then says of a call. */
class PolicyEvaluatorTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private static final List<Endpoint> ENDPOINTS = List.of(
            new Endpoint(
                    "meshkit.v1.PeerService",
                    Categories.CONTROL_PLANE,
                    List.of(TransportKind.values()),
                    List.of(Encoding.PROTOBUF, Encoding.JSON)),
            new Endpoint(
                    "/metrics",
                    Categories.DIAGNOSTICS,
                    List.of(TransportKind.HTTP3, TransportKind.HTTP2, TransportKind.HTTP1),
                    List.of(Encoding.RAW)),
            new Endpoint("raft", Categories.INTERNAL, List.of(TransportKind.GRPC), List.of(Encoding.PROTOBUF)));

    private static final String STRICT =
            "{'name':'control-plane','transports':['http3','grpc'],'encodings':['protobuf']}";
    private static final String EXCEPTION =
            "{'endpoint':'meshkit.v1.PeerService','transports':['http2'],'encodings':['json'],'approvedBy':'ada',"
                    + "'reason':'old tool','expires':'2026-09-01T00:00:00Z'}";

    private static PolicyEvaluator.Result evaluate(String json) {
        PolicyReader.Read read = PolicyReader.read(struct(json));
        assertThat(read.findings()).isEmpty();
        return PolicyEvaluator.evaluate(read.document(), Categories.defaults(), ENDPOINTS, Severity.ERROR, NOW);
    }

    private static Struct struct(String json) {
        Struct.Builder struct = Struct.newBuilder();
        ProtoJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), struct);
        return struct.build();
    }

    @Test
    void defaults_areClean_andCountRestAsDowngrade() {
        Evaluation defaults = evaluate("{}").evaluation();

        assertThat(defaults.violations()).isEmpty();
        assertThat(defaults.count(Severity.WARNING)).isZero();
        assertThat(defaults.endpoints().get(0).allowed())
                .extracting(Way::toString)
                .containsExactly(
                        "http3+protobuf",
                        "http3+json",
                        "grpc-h3+protobuf",
                        "grpc+protobuf",
                        "http2+protobuf",
                        "http2+json",
                        "http1+protobuf",
                        "http1+json");
        assertThat(defaults.endpoints().get(0).downgrades())
                .extracting(Way::toString)
                .containsExactly("http3+json", "http2+protobuf", "http2+json", "http1+protobuf", "http1+json");
        assertThat(defaults.downgradeRatio()).isEqualTo(5 / 12.0);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                // rule; severity; subject; hint; document
                "unknown-category; ERROR; control-plan; did you mean control-plane?; "
                        + "{'categories':[{'name':'control-plan','encodings':['json']}]}",
                "unknown-endpoint; ERROR; /metric; did you mean /metrics?; {'endpoints':[{'name':'/metric'}]}",
                "unknown-transport; ERROR; control-plane; did you mean http3?; "
                        + "{'categories':[{'name':'control-plane','transports':['htp3','grpc']}]}",
                "unknown-encoding; ERROR; control-plane; did you mean protobuf?; "
                        + "{'categories':[{'name':'control-plane','encodings':['protobuff','protobuf']}]}",
                "widens-default; ERROR; control-plane; ask for an exception with an approver and an end; "
                        + "{'categories':[{'name':'control-plane','encodings':['protobuf','raw']}]}",
                "widens-default; ERROR; internal; leave it out; "
                        + "{'categories':[{'name':'internal','transports':['grpc','http2']}]}",
                "nothing-preferred; ERROR; control-plane; "
                        + "leave one of http3+protobuf, grpc-h3+protobuf, grpc+protobuf; "
                        + "{'categories':[{'name':'control-plane','transports':['http2']}]}",
                "way-forbidden; ERROR; meshkit.v1.PeerService; "
                        + "leave it out, or ask for an exception with an approver and an end; "
                        + "{'categories':[" + STRICT
                        + "],'endpoints':[{'name':'meshkit.v1.PeerService','transports':['http3','http2'],"
                        + "'encodings':['protobuf']}]}",
                "not-served; WARNING; /metrics; ``; "
                        + "{'endpoints':[{'name':'/metrics','transports':['http2','grpc'],'encodings':['raw','protobuf']}]}",
                "nothing-allowed; ERROR; /metrics; "
                        + "allow one of http3+raw, http2+raw, http1+raw, or serve another transport; "
                        + "{'endpoints':[{'name':'/metrics','encodings':['json']}]}",
                "nothing-preferred-served; WARNING; meshkit.v1.PeerService; serve HTTP/3 or gRPC; "
                        + "{'endpoints':[{'name':'meshkit.v1.PeerService','transports':['http1']}]}",
                "downgrade-allowed; INFO; meshkit.v1.PeerService; narrow category control-plane to refuse them; {}",
                "refused; INFO; meshkit.v1.PeerService; ``; {'categories':[" + STRICT + "]}",
                "exception-incomplete; ERROR; exceptions[0]; name who answers for it; "
                        + "{'exceptions':[{'category':'control-plane','encodings':['raw'],'reason':'r',"
                        + "'expires':'2026-09-01T00:00:00Z'}]}",
                "exception-incomplete; ERROR; exceptions[0]; say why; "
                        + "{'exceptions':[{'category':'control-plane','encodings':['raw'],'approvedBy':'ada',"
                        + "'expires':'2026-09-01T00:00:00Z'}]}",
                "exception-incomplete; ERROR; exceptions[0]; name either endpoint or category; "
                        + "{'exceptions':[{'category':'control-plane','endpoint':'/metrics','encodings':['raw'],"
                        + "'approvedBy':'ada','reason':'r','expires':'2026-09-01T00:00:00Z'}]}",
                "exception-incomplete; ERROR; exceptions[0]; name transports, encodings or both; "
                        + "{'exceptions':[{'category':'control-plane','approvedBy':'ada','reason':'r',"
                        + "'expires':'2026-09-01T00:00:00Z'}]}",
                "exception-incomplete; ERROR; exceptions[0]; RFC 3339, for example 2027-01-31T00:00:00Z; "
                        + "{'exceptions':[{'category':'control-plane','encodings':['raw'],'approvedBy':'ada',"
                        + "'reason':'r','expires':'tomorrow'}]}",
                "exception-forbidden; ERROR; exceptions[0]; remove it; "
                        + "{'exceptions':[{'category':'internal','transports':['http2'],'approvedBy':'ada',"
                        + "'reason':'r','expires':'2026-09-01T00:00:00Z'}]}",
                "exception-expired; ERROR; exceptions[0]; remove it, or have ada approve a new end; "
                        + "{'exceptions':[{'category':'control-plane','encodings':['raw'],'approvedBy':'ada',"
                        + "'reason':'r','expires':'2026-06-01T14:00:00+02:00'}]}",
                "exception-too-long; ERROR; exceptions[0]; choose an earlier end; "
                        + "{'exceptions':[{'category':'control-plane','encodings':['raw'],'approvedBy':'ada',"
                        + "'reason':'r','expires':'2027-06-03T00:00:00Z'}]}",
                "exception-expires-soon; WARNING; exceptions[0]; calls that need it will be refused then; "
                        + "{'exceptions':[{'category':'control-plane','encodings':['raw'],'approvedBy':'ada',"
                        + "'reason':'r','expires':'2026-06-10T00:00:00Z'}]}",
            })
    void rule_whenBroken_isFound(String rule, Severity severity, String subject, String hint, String json) {
        Evaluation evaluation = evaluate(json).evaluation();

        assertThat(evaluation.all()).anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo(rule);
            assertThat(finding.severity()).isEqualTo(severity);
            assertThat(finding.subject()).isEqualTo(subject);
            assertThat(finding.hint()).isEqualTo(hint);
            assertThat(finding.message()).isNotBlank();
        });
        assertThat(evaluation.violations().isEmpty()).isEqualTo(severity != Severity.ERROR);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "exeptions; did you mean exceptions?; {'exeptions':[]}",
                "exceptions[0].approved_by; did you mean approvedBy?; {'exceptions':[{'approved_by':'a'}]}",
                "categories; give a list of objects; {'categories':{}}",
                "categories[0].transports; for example [\"http3\", \"grpc\"]; {'categories':[{'transports':[3]}]}",
            })
    void reader_unknownOrMalformedMember_isFound(String subject, String hint, String json) {
        assertThat(PolicyReader.read(struct(json)).findings()).anySatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.subject()).isEqualTo(subject);
            assertThat(finding.hint()).isEqualTo(hint);
        });
    }

    @Test
    void entries_beyondTheBound_areRefusedWhole() {
        PolicyDocument many = new PolicyDocument(
                List.of(),
                List.of(),
                Collections.nCopies(
                        DocumentCheck.ENTRIES_MAX + 1,
                        new PolicyDocument.Deviation("", "", List.of(), List.of(), "", "", "")));

        assertThat(PolicyEvaluator.check(many, Categories.defaults(), NOW).violations())
                .singleElement()
                .satisfies(finding -> assertThat(finding.rule()).isEqualTo("too-many"));
    }

    @Test
    void check_withoutAHost_ignoresNamesOfEndpointsOnly() {
        PolicyDocument unknown = PolicyReader.read(struct("{'endpoints':[{'name':'of another version'}]}"))
                .document();
        PolicyDocument wrong = PolicyReader.read(struct("{'categories':[{'name':'of another version'}]}"))
                .document();

        assertThat(PolicyEvaluator.check(unknown, Categories.defaults(), NOW).violations())
                .isEmpty();
        assertThat(PolicyEvaluator.check(wrong, Categories.defaults(), NOW).violations())
                .hasSize(1);
    }

    @Test
    void verdict_ofNarrowedCategory_holdsPairsAndExceptionsToTheirEnd() {
        TransportPolicy policy = evaluate("{'categories':[" + STRICT + "],'exceptions':[" + EXCEPTION + "]}")
                .policy();
        long now = NOW.toEpochMilli();
        long later = Instant.parse("2026-09-01T00:00:00Z").toEpochMilli();
        String service = "meshkit.v1.PeerService";

        assertThat(policy.verdict(service, new Way(TransportKind.HTTP3, Encoding.PROTOBUF), now))
                .isEqualTo(Verdict.PREFERRED);
        assertThat(policy.verdict(service, new Way(TransportKind.HTTP2, Encoding.JSON), now))
                .isEqualTo(Verdict.DOWNGRADE);
        // The exception is for the pair: neither half alone is allowed elsewhere.
        assertThat(policy.verdict(service, new Way(TransportKind.HTTP3, Encoding.JSON), now))
                .isEqualTo(Verdict.FORBIDDEN);
        assertThat(policy.verdict(service, new Way(TransportKind.HTTP2, Encoding.PROTOBUF), now))
                .isEqualTo(Verdict.FORBIDDEN);
        assertThat(policy.verdict(service, new Way(TransportKind.HTTP2, Encoding.JSON), later - 1))
                .isEqualTo(Verdict.DOWNGRADE);
        assertThat(policy.verdict(service, new Way(TransportKind.HTTP2, Encoding.JSON), later))
                .isEqualTo(Verdict.FORBIDDEN);
    }

    @Test
    void documents_together_forbidWhatEitherForbids() {
        PolicyDocument first = PolicyReader.read(
                        struct("{'categories':[{'name':'control-plane','transports':['http3','http2']}]}"))
                .document();
        PolicyDocument second = PolicyReader.read(
                        struct("{'categories':[{'name':'control-plane','transports':'http3, grpc'}]}"))
                .document();

        Evaluation both = PolicyEvaluator.evaluate(
                        first.and(second), Categories.defaults(), ENDPOINTS, Severity.ERROR, NOW)
                .evaluation();

        assertThat(both.endpoints().get(0).allowed())
                .extracting(Way::toString)
                .containsExactly("http3+protobuf", "http3+json");
    }

    @Test
    void text_andJson_areForPeopleAndPrograms() throws Exception {
        Evaluation evaluation = evaluate(
                        "{'categories':[" + STRICT + ",{'name':'diagnostic'}],'exceptions':[" + EXCEPTION + "]}")
                .evaluation();

        golden("policy.txt", EvaluationText.text(evaluation));
        golden("policy.json", EvaluationText.json(evaluation));
    }

    private static void golden(String name, String actual) throws Exception {
        Path file = Path.of("src/test/resources/golden", name);
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, actual);
        }
        assertThat(actual)
                .as("rewrite it with -Dtest.jvm.args=-Dgolden.write=true")
                .isEqualTo(Files.readString(file));
    }

    @Test
    void exceptions_tellTheirDays() {
        Evaluation evaluation = evaluate("{'exceptions':[" + EXCEPTION + "]}").evaluation();

        assertThat(evaluation.exceptions())
                .containsExactly(
                        new Evaluation.ExceptionResult("meshkit.v1.PeerService", "ada", "2026-09-01T00:00:00Z", 91));
    }

    @Test
    void category_registered_isServedAndCannotReplaceADefault() {
        Category bulk = new Category(
                "bulk",
                List.of(TransportKind.GRPC),
                List.of(TransportKind.GRPC),
                List.of(Encoding.PROTOBUF),
                List.of(Encoding.PROTOBUF),
                true);
        Categories more = Categories.defaults().with(bulk);
        List<Endpoint> endpoints = new ArrayList<>(ENDPOINTS);
        endpoints.add(new Endpoint("backup", "bulk", List.of(TransportKind.GRPC), List.of(Encoding.PROTOBUF)));

        Evaluation evaluation = PolicyEvaluator.evaluate(PolicyDocument.EMPTY, more, endpoints, Severity.ERROR, NOW)
                .evaluation();

        assertThat(evaluation.violations()).isEmpty();
        assertThat(evaluation.endpoints()).hasSize(4);
        assertThatThrownBy(() -> more.with(bulk)).isInstanceOf(IllegalArgumentException.class);
    }
}
