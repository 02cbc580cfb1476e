package io.omnirelay.cli.mesh;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.client.CallSettings;
import io.meshkit.client.ClientContext;
import io.meshkit.client.MeshKitClient;
import io.meshkit.client.MeshKitClientBuilder;
import io.meshkit.v1.MutationOptions;
import io.omnirelay.cli.StateDirectory;
import io.omnirelay.cli.output.Streams;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One command's connection to the quorum that its options name. Connects with the first call. */
public final class Session implements AutoCloseable {
    private static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(10);

    private final GlobalOptions global;
    private final Streams streams;
    private final CallSettings settings;
    private final MeshKitClient client;

    private Session(GlobalOptions global, Streams streams, CallSettings settings, MeshKitClient client) {
        this.global = global;
        this.streams = streams;
        this.settings = settings;
        this.client = client;
    }

    /**
     * @throws RegistryException INVALID_REQUEST if no context is known or it does not hold
     */
    public static Session open(GlobalOptions global, Streams streams) {
        return open(global, streams, TIMEOUT_DEFAULT);
    }

    public static Session open(GlobalOptions global, Streams streams, Duration timeoutDefault) {
        CallSettings settings = global.settings(timeoutDefault);
        ClientContext context = ClientContext.load(contextFile(global, streams));
        MeshKitClientBuilder builder = context.toBuilder()
                .settings(settings)
                .transport(global.transport(streams.environment(), context.transport()));
        if (global.verbose()) {
            builder.onCall(new CallTrace(streams)::print);
        }
        return new Session(global, streams, settings, builder.build());
    }

    /** The file that the options, the environment or the last {@code quorum up} names. */
    public static Path contextFile(GlobalOptions global, Streams streams) {
        String named = global.context();
        if (named == null) {
            named = streams.environment().get("OMNIRELAY_CONTEXT");
        }
        if (named != null && !named.isEmpty()) {
            return Path.of(named);
        }
        StateDirectory state = StateDirectory.of(streams.environment());
        Path remembered = state.rememberedContext();
        if (remembered == null) {
            Path unannounced = state.defaultQuorum().resolve("client.yaml");
            if (Files.exists(unannounced)) {
                return unannounced;
            }
            throw RegistryException.of(
                    ErrorCode.INVALID_REQUEST,
                    "no quorum is known",
                    "Start one with `omnirelay quorum up`, or name one with --context or OMNIRELAY_CONTEXT.");
        }
        return remembered;
    }

    public MeshKitClient client() {
        return client;
    }

    public CallSettings settings() {
        return settings;
    }

    /** Calls a read or a node verb at the consistency that was asked for. */
    public <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request) {
        return client.call(method, with(request, "read", global.read()), settings);
    }

    /** Calls a mutation with the options that were given. */
    <Q extends Message, R extends Message> R call(MethodDescriptor<Q, R> method, Q request, MutationOptions options) {
        return call(method, with(request, "options", options));
    }

    /** The list verb's request at the consistency that was asked for. */
    public <Q extends Message> Q reading(Q request) {
        return with(request, "read", global.read());
    }

    @SuppressWarnings("unchecked") // A builder of a message builds that message's type.
    private static <Q extends Message> Q with(Q request, String name, Message value) {
        @Nullable FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
        if (field == null || value.equals(value.getDefaultInstanceForType())) {
            return request;
        }
        return (Q) request.toBuilder().setField(field, value).build();
    }

    @Override
    public void close() {
        client.close();
    }
}
