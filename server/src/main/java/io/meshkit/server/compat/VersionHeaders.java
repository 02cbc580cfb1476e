package io.meshkit.server.compat;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Puts the version that a list shows into the headers: {@code etag} and {@code x-omnirelay-shards-version}. */
final class VersionHeaders<Q, R> implements ServerCallHandler<Q, R> {
    static final Metadata.Key<String> ETAG = Metadata.Key.of("etag", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<String> VERSION =
            Metadata.Key.of("x-omnirelay-shards-version", Metadata.ASCII_STRING_MARSHALLER);

    private final ServerCallHandler<Q, R> next;
    private final ToLongFunction<R> version;

    VersionHeaders(ServerCallHandler<Q, R> next, ToLongFunction<R> version) {
        this.next = next;
        this.version = version;
    }

    @Override
    public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata requestHeaders) {
        return next.startCall(
                new SimpleForwardingServerCall<Q, R>(call) {
                    private @Nullable Metadata held;

                    /** They go with the message, which says what belongs in them. */
                    @Override
                    public void sendHeaders(Metadata headers) {
                        held = headers;
                    }

                    @Override
                    public void sendMessage(R message) {
                        Metadata headers = held == null ? new Metadata() : held;
                        long number = version.applyAsLong(message);
                        headers.put(ETAG, "W/\"shards-" + number + "\"");
                        headers.put(VERSION, Long.toString(number));
                        super.sendHeaders(headers);
                        super.sendMessage(message);
                    }
                },
                requestHeaders);
    }
}
