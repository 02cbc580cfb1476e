package io.meshkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.meshkit.api.ErrorCode;
import io.meshkit.server.process.QuorumFiles;
import io.meshkit.server.process.Rest;
import io.meshkit.server.process.TestQuorum;
import io.meshkit.server.verbs.Contract;
import io.meshkit.v1.AccessServiceGrpc;
import io.meshkit.v1.Binding;
import io.meshkit.v1.GrantAccessRequest;
import io.meshkit.v1.IssueTokenRequest;
import io.omnirelay.transport.Errors;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every verb, by every transport, by callers of every scope and by nobody: allowed or refused as the table of verbs in
 * docs/api.md says. The verbs come from the descriptors, so that one without a row in the table fails.
 *
 * <p>An allowed call may fail, for its request is empty; but not because of who asks.
 */
class VerbAccessIT {
    private static final Path PAGE = Path.of("../docs/api.md");
    private static final Pattern ROW =
            Pattern.compile("\\| `(\\w+\\.\\w+)` \\| .* \\| ([a-z. ]+) \\| (mutation|read|watch|node) \\|");
    private static final int SILENCE_S = 2;
    private static final String EVERYBODY = "whoever is authenticated";

    @TempDir
    static Path directory;

    private static TestQuorum quorum;
    private static Rest rest;
    private static ManagedChannel http3;
    private static final Map<Caller, String> TOKENS = new EnumMap<>(Caller.class);
    /** Service.Verb → the scope in the table. */
    private static final Map<String, String> TABLE = new TreeMap<>();

    /** In the order of what they hold. */
    private enum Caller {
        NOBODY,
        OBSERVE,
        READ,
        OPERATE,
        ADMIN;

        String scope() {
            return "mesh." + name().toLowerCase(Locale.ROOT);
        }

        boolean may(String needed) {
            if (this == NOBODY || needed.equals(EVERYBODY)) {
                return this != NOBODY;
            }
            return Stream.of(values())
                    .filter(other -> other.compareTo(this) <= 0)
                    .anyMatch(other -> other.scope().equals(needed));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        for (String line : Files.readAllLines(PAGE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                assertThat(TABLE.put(row.group(1), row.group(2)))
                        .as("second row of %s", row.group(1))
                        .isNull();
            }
        }
        quorum = TestQuorum.start(directory, 1, Map.of());
        rest = new Rest(quorum, "node-1");
        http3 = quorum.http3("node-1");
        AccessServiceGrpc.AccessServiceBlockingStub admin = AccessServiceGrpc.newBlockingStub(quorum.channel("node-1"));
        TOKENS.put(Caller.NOBODY, "");
        for (Caller caller : List.of(Caller.OBSERVE, Caller.READ, Caller.OPERATE, Caller.ADMIN)) {
            String name = "it-" + caller.scope();
            TestQuorum.as(QuorumFiles.ADMIN_TOKEN, admin)
                    .grantAccess(GrantAccessRequest.newBuilder()
                            .setBinding(Binding.newBuilder().setPrincipal(name).setRole(caller.scope()))
                            .build());
            TOKENS.put(
                    caller,
                    TestQuorum.as(QuorumFiles.ADMIN_TOKEN, admin)
                            .issueToken(IssueTokenRequest.newBuilder()
                                    .setPrincipal(name)
                                    .setTtl(com.google.protobuf.Duration.newBuilder()
                                            .setSeconds(3_600))
                                    .build())
                            .getSecret());
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (http3 != null) {
            http3.shutdownNow();
        }
        if (rest != null) {
            rest.close();
        }
        if (quorum != null) {
            quorum.close();
        }
    }

    private static Stream<MethodDescriptor<Message, Message>> verbs() {
        return Contract.all().stream().flatMap(VerbAccessIT::verbs);
    }

    @SuppressWarnings("unchecked") // all of the contract are messages
    private static Stream<MethodDescriptor<Message, Message>> verbs(ServiceDescriptor service) {
        return service.getMethods().stream().map(method -> (MethodDescriptor<Message, Message>) method);
    }

    /** {@code PeerService.GetPeer}. */
    private static String name(MethodDescriptor<?, ?> verb) {
        String service = verb.getServiceName();
        return service.substring(service.lastIndexOf('.') + 1) + "." + verb.getBareMethodName();
    }

    /** What the verb needs, by the table; the original system's all read. */
    private static String needs(MethodDescriptor<?, ?> verb) {
        boolean isOurs = verb.getServiceName().startsWith("meshkit.v1.");
        return isOurs ? TABLE.getOrDefault(name(verb), "a row in " + PAGE) : Caller.READ.scope();
    }

    @Test
    void table_namesEveryVerbAndNoOther() {
        assertThat(new TreeSet<>(TABLE.keySet()))
                .isEqualTo(Contract.SERVICES.stream()
                        .flatMap(VerbAccessIT::verbs)
                        .map(VerbAccessIT::name)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void grpc_everyVerbAndCaller_isAsTheTableSays() throws Exception {
        assertThat(differences(verb -> caller -> grpc(quorum.channel("node-1"), verb, caller)))
                .isEmpty();
    }

    @Test
    void grpcOverHttp3_everyVerbAndCaller_isAsTheTableSays() throws Exception {
        assertThat(differences(verb -> caller -> grpc(http3, verb, caller))).isEmpty();
    }

    @Test
    void rest_everyPathAndCaller_isAsTheTableSays() throws Exception {
        assertThat(differences(verb -> caller -> rest(verb, caller))).isEmpty();
        assertThat(verbs().filter(verb -> !rules(verb).isEmpty()).count()).isGreaterThan(70);
    }

    private interface Way {
        Answers to(MethodDescriptor<Message, Message> verb);
    }

    private interface Answers {
        /** Why each call failed, or OK. */
        List<String> of(Caller caller) throws Exception;
    }

    private record Asked(MethodDescriptor<Message, Message> verb, Caller caller, Future<List<String>> answers) {
        String wanted() {
            return caller.may(needs(verb))
                    ? "allowed"
                    : caller == Caller.NOBODY ? ErrorCode.UNAUTHENTICATED.name() : ErrorCode.FORBIDDEN.name();
        }
    }

    /** One call after another, except for streams that may be silent: they are waited for beside the rest. */
    private static List<String> differences(Way way) throws InterruptedException {
        List<Asked> asked = new ArrayList<>();
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            for (MethodDescriptor<Message, Message> verb : verbs().toList()) {
                for (Caller caller : Caller.values()) {
                    FutureTask<List<String>> call =
                            new FutureTask<>(() -> way.to(verb).of(caller));
                    asked.add(new Asked(verb, caller, call));
                    if (maybeSilent(verb, caller)) {
                        beside.execute(call);
                    } else {
                        call.run();
                    }
                }
            }
        }
        List<String> differences = new ArrayList<>();
        int calls = 0;
        for (Asked each : asked) {
            String what = name(each.verb()) + " by " + each.caller() + ": ";
            try {
                for (String code : each.answers().get()) {
                    calls++;
                    boolean refused =
                            code.equals(ErrorCode.UNAUTHENTICATED.name()) || code.equals(ErrorCode.FORBIDDEN.name());
                    if (!each.wanted().equals(refused ? code : "allowed") || code.contains("UNIMPLEMENTED")) {
                        differences.add(what + code + ", not " + each.wanted());
                    }
                }
            } catch (ExecutionException e) {
                differences.add(what + e.getCause());
            }
        }
        assertThat(calls).as("calls").isGreaterThan(300);
        return differences;
    }

    /** A stream that is let through may have nothing to say. */
    private static boolean maybeSilent(MethodDescriptor<?, ?> verb, Caller caller) {
        return verb.getType() == MethodType.SERVER_STREAMING && caller.may(needs(verb));
    }

    private static List<String> grpc(ManagedChannel channel, MethodDescriptor<Message, Message> verb, Caller caller) {
        Channel with = channel;
        if (caller != Caller.NOBODY) {
            Metadata headers = new Metadata();
            headers.put(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + TOKENS.get(caller));
            with = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
        }
        Message request = ((PrototypeMarshaller<Message>) verb.getRequestMarshaller()).getMessagePrototype();
        CallOptions options =
                CallOptions.DEFAULT.withDeadlineAfter(maybeSilent(verb, caller) ? SILENCE_S : 20, TimeUnit.SECONDS);
        Context.CancellableContext context = Context.current().withCancellation();
        Context before = context.attach();
        try {
            if (verb.getType() == MethodType.SERVER_STREAMING) {
                ClientCalls.blockingServerStreamingCall(with, verb, options, request)
                        .hasNext();
            } else {
                ClientCalls.blockingUnaryCall(with, verb, options, request);
            }
            return List.of("OK");
        } catch (StatusRuntimeException e) {
            return List.of(
                    e.getStatus().getCode() == Status.Code.UNIMPLEMENTED
                            ? "UNIMPLEMENTED"
                            : Errors.of(e).code().name());
        } finally {
            context.detach(before);
            context.cancel(null);
        }
    }

    private static List<HttpRule> rules(MethodDescriptor<Message, Message> verb) {
        var options = ((ProtoMethodDescriptorSupplier) verb.getSchemaDescriptor())
                .getMethodDescriptor()
                .getOptions();
        if (!options.hasExtension(AnnotationsProto.http)) {
            return List.of();
        }
        HttpRule rule = options.getExtension(AnnotationsProto.http);
        return Stream.concat(Stream.of(rule), rule.getAdditionalBindingsList().stream())
                .toList();
    }

    private static List<String> rest(MethodDescriptor<Message, Message> verb, Caller caller) throws Exception {
        List<String> codes = new ArrayList<>();
        for (HttpRule rule : rules(verb)) {
            String method = rule.getPatternCase().name();
            String template = switch (rule.getPatternCase()) {
                case GET -> rule.getGet();
                case PUT -> rule.getPut();
                case POST -> rule.getPost();
                case DELETE -> rule.getDelete();
                case PATCH -> rule.getPatch();
                case CUSTOM, PATTERN_NOT_SET -> throw new AssertionError(rule);
            };
            // A number is an id as well as a revision.
            String path = template.replaceAll("\\{[^}]*}", "7");
            String body = rule.getBody().isEmpty() ? "" : "{}";
            // A stream answers when it has begun, whether or not there is anything to tell.
            HttpResponse<String> response = rest.begin(Duration.ofSeconds(20), TOKENS.get(caller), method, path, body);
            Matcher code = Pattern.compile("\"code\":\"([A-Z_]+)\"").matcher(response.body());
            boolean failed = response.statusCode() >= 400;
            codes.add(failed && code.find() ? code.group(1) : failed ? "status " + response.statusCode() : "OK");
            int expected = codes.getLast().equals(ErrorCode.UNAUTHENTICATED.name())
                    ? 401
                    : codes.getLast().equals(ErrorCode.FORBIDDEN.name()) ? 403 : response.statusCode();
            assertThat(response.statusCode()).isEqualTo(expected).isNotIn(405, 415);
        }
        return codes;
    }
}
