package io.omnirelay.cli.mesh;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.CallSettings;
import io.meshkit.client.TransportMode;
import io.meshkit.v1.ReadLevel;
import io.meshkit.v1.ReadOptions;
import io.omnirelay.cli.output.Format;
import io.omnirelay.cli.output.Names;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options of every command that talks to a quorum. */
public final class GlobalOptions {
    private static final String TRANSPORT = "OMNIRELAY_TRANSPORT";
    /** Longer than anything that the registry takes, and short enough for a clock that counts nanoseconds. */
    private static final Duration DURATION_MAX = Duration.ofDays(10_000);

    @Option(
            names = "--context",
            paramLabel = "FILE|DIR",
            scope = ScopeType.INHERIT,
            description = "client.yaml of the quorum, or its directory. Default: $$OMNIRELAY_CONTEXT, then the quorum"
                    + " that was started last.")
    @Nullable
    String context;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "As --output json.")
    boolean json;

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "table (default), json or yaml.")
    @Nullable
    String output;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            scope = ScopeType.INHERIT,
            description = "Limit for each call with its retries: 500ms, 10s (default), 2m.")
    @Nullable
    String timeout;

    @Option(
            names = "--consistency",
            paramLabel = "LEVEL",
            scope = ScopeType.INHERIT,
            description = "Of reads: linearizable (default), local, at-least:REVISION or bounded:TIME.")
    @Nullable
    String consistency;

    @Option(
            names = "--node",
            paramLabel = "NODE",
            scope = ScopeType.INHERIT,
            description = "Ask this node only, for example node-2.")
    @Nullable
    String node;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "auto (HTTP/3, and HTTP/2 where that does not work), http3 or grpc-h3 (gRPC over HTTP/3),"
                    + " http2 (gRPC over HTTP/2, HTTPS port) or grpc (gRPC port). Default: $$OMNIRELAY_TRANSPORT, then"
                    + " what client.yaml says, then auto.")
    @Nullable
    String transport;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Say on standard error how each answer came: node, protocol, encoding, time, request id,"
                    + " revision, and why not by HTTP/3.")
    boolean verbose;

    public Format format() {
        if (json) {
            return Format.JSON;
        }
        if (output == null) {
            return Format.TABLE;
        }
        return switch (output) {
            case "table" -> Format.TABLE;
            case "json" -> Format.JSON;
            case "yaml" -> Format.YAML;
            default -> throw invalid("--output", output, "table, json or yaml");
        };
    }

    /** Names the context when another option does. */
    public void useContext(String fileOrDirectory) {
        context = fileOrDirectory;
    }

    public @Nullable String context() {
        return context;
    }

    public @Nullable String node() {
        return node;
    }

    public boolean verbose() {
        return verbose;
    }

    /**
     * The transport that the option names, else the environment, else the context.
     *
     * @throws RegistryException INVALID_REQUEST for an unknown word
     */
    public TransportMode transport(Map<String, String> environment, TransportMode otherwise) {
        String variable = environment.getOrDefault(TRANSPORT, "");
        String word = transport != null ? transport : variable;
        if (word.isEmpty() && transport == null) {
            return otherwise;
        }
        try {
            return TransportMode.parse(word);
        } catch (IllegalArgumentException e) {
            throw invalid(transport != null ? "--transport" : TRANSPORT, word, "auto, http3, http2, grpc or grpc-h3");
        }
    }

    /** How to call; without {@code --timeout} within the given time. */
    public CallSettings settings(Duration timeoutDefault) {
        Duration deadline = timeout == null ? timeoutDefault : duration("--timeout", timeout);
        return CallSettings.DEFAULT.withDeadline(deadline).withNode(node);
    }

    /** What reads ask for. */
    ReadOptions read() {
        ReadOptions.Builder read = ReadOptions.newBuilder();
        if (consistency == null) {
            return read.build();
        }
        String[] parts = consistency.split(":", 2);
        String argument = parts.length == 2 ? parts[1] : "";
        ReadLevel level = ReadLevel.forNumber(
                Names.parse(ReadLevel.getDescriptor(), parts[0]).getNumber());
        read.setLevel(level);
        switch (level) {
            case READ_LEVEL_AT_LEAST -> {
                if (!argument.matches("\\d{1,16}")) {
                    throw invalid("--consistency", consistency, "at-least:REVISION");
                }
                read.setMinRevision(Long.parseLong(argument));
            }
            case READ_LEVEL_BOUNDED -> {
                Duration staleness = duration("--consistency", argument);
                read.setMaxStaleness(RegistryException.millis(staleness.toMillis()));
            }
            default -> {
                if (!argument.isEmpty()) {
                    throw invalid("--consistency", consistency, parts[0] + " without an argument");
                }
            }
        }
        return read.build();
    }

    /** {@code 500ms}, {@code 10s}, {@code 2m}, {@code 12h}, {@code 30d}; a bare number is seconds. */
    static Duration duration(String option, String text) {
        java.util.regex.Matcher matcher =
                java.util.regex.Pattern.compile("(\\d{1,9})(ms|s|m|h|d)?").matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw invalid(option, text, "a time such as 500ms, 10s, 2m, 12h or 30d");
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        Duration duration = switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> Duration.ofSeconds(number);
        };
        if (duration.compareTo(DURATION_MAX) > 0) {
            throw invalid(option, text, "at most " + DURATION_MAX.toDays() + "d");
        }
        return duration;
    }

    static RegistryException invalid(String option, String value, String wanted) {
        return RegistryException.of(
                ErrorCode.INVALID_REQUEST, option + ": '" + value + "' does not fit", "Give " + wanted + ".");
    }
}
