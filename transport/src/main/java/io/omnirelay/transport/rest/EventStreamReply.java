package io.omnirelay.transport.rest;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.Status;
import io.meshkit.api.RegistryException;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.omnirelay.transport.json.ProtoJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events: each message one {@code data:} line of JSON. An error before the first message is an
 * ordinary problem; after it, an event named {@code error} whose data is the problem.
 */
final class EventStreamReply implements RestReply {
    private final RestExchange rest;
    private @Nullable Metadata headers;
    private boolean started;

    EventStreamReply(RestExchange rest) {
        this.rest = rest;
    }

    @Override
    public synchronized void headers(Metadata metadata) {
        headers = metadata;
    }

    @Override
    public synchronized void message(Message message) {
        start(null);
        event("data: ", ProtoJson.print(message));
    }

    @Override
    public synchronized void succeed(Metadata trailers) {
        start(trailers);
        rest.exchange().finish();
    }

    @Override
    public synchronized void fail(Status status, RegistryException error, @Nullable Metadata trailers) {
        if (!started) {
            rest.fail(status, error, trailers);
            return;
        }
        rest.outcome(status, 200);
        event("event: error\ndata: ", rest.problemText(error, trailers).getBytes(StandardCharsets.UTF_8));
        rest.exchange().finish();
    }

    @Override
    public void gone() {
        rest.gone(Status.CANCELLED);
    }

    private void start(@Nullable Metadata trailers) {
        if (started) {
            return;
        }
        started = true;
        HttpHeaders http = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        http.set(HttpHeaderNames.CONTENT_TYPE, MediaTypes.EVENT_STREAM);
        http.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        CallHeaders.copy(headers, http);
        CallHeaders.copy(trailers, http);
        rest.start(http);
    }

    private void event(String prefix, byte[] json) {
        ByteArrayOutputStream event = new ByteArrayOutputStream(prefix.length() + json.length + 2);
        event.writeBytes(prefix.getBytes(StandardCharsets.UTF_8));
        event.writeBytes(json);
        event.writeBytes(new byte[] {'\n', '\n'});
        rest.exchange().write(event.toByteArray());
    }
}
