package io.meshkit.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --validate-policy} on what people write. */
class PolicyValidationTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int validate(Path file, Map<String, String> environment, String... sets) {
        return PolicyValidation.run(
                file, environment, List.of(sets), false, NOW, new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void defaults_areValidWithoutAFile() {
        assertThat(validate(null, Map.of())).isZero();
        assertThat(out()).contains("meshkit.v1.PeerService (control-plane)\n").contains("\nvalid: ");
    }

    @Test
    void file_withListsOfWords_isRead() throws Exception {
        Path file = Files.writeString(directory.resolve("server.yaml"), """
            transport-policy:
              categories:
                - {name: control-plane, transports: [http3, grpc-h3, grpc], encodings: [protobuf]}
              endpoints:
                - {name: meshkit.v1.PeerService, transports: [http2, grpc], encodings: [protobuf]}
            """);

        assertThat(validate(file, Map.of())).isEqualTo(1);
        assertThat(out())
                .contains(
                        "  error way-forbidden: it names http2+protobuf, which category control-plane does not allow\n")
                .contains("\nINVALID: ");
    }

    @Test
    void exception_fromFlagsAndEnvironment_makesItValid() throws Exception {
        Path file = Files.writeString(directory.resolve("server.yaml"), """
            transport-policy:
              categories: [{name: control-plane, transports: "http3, grpc-h3, grpc", encodings: protobuf}]
              endpoints: [{name: meshkit.v1.PeerService, transports: [http2, grpc], encodings: [protobuf]}]
            """);

        int exit = validate(
                file,
                Map.of("OMNIRELAY_TRANSPORT_POLICY_EXCEPTIONS_0_APPROVED_BY", "ada"),
                "transport-policy.exceptions[0].endpoint=meshkit.v1.PeerService",
                "transport-policy.exceptions[0].transports=http2",
                "transport-policy.exceptions[0].reason=old tool",
                "transport-policy.exceptions[0].expires=2026-08-01T00:00:00Z");

        assertThat(exit).as(out()).isZero();
        assertThat(out())
                .contains("exception for meshkit.v1.PeerService, approved by ada, until 2026-08-01T00:00:00Z:"
                        + " 61 days left\n");
    }

    @Test
    void key_unknown_isAViolationWithASuggestion() {
        assertThat(validate(null, Map.of(), "transport-policy.exceptions[0].aproved-by=ada"))
                .isEqualTo(1);
        assertThat(out()).contains("did you mean transport-policy.exceptions[].approved-by?");
    }

    @Test
    void http3_switchedOff_leavesGrpcAsThePreferredWay() {
        assertThat(validate(null, Map.of(), "http3.enabled=false")).isZero();
        assertThat(out()).contains("  allowed: grpc+protobuf http2+protobuf http2+json http1+protobuf http1+json\n");
    }
}
