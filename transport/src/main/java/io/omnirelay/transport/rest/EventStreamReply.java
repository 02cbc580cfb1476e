package io.omnirelay.transport.rest;

import io.grpc.Metadata;
import io.grpc.Status;
import io.meshkit.api.RegistryException;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events: {@code retry} first, then each message as {@link ServerSentEvent} says.
 *
 * <p>Begins when the call sends its headers, with the first message at the latest, so that the caller of a stream on
 * which nothing happens yet knows that it is open. An error before that is an ordinary problem; after it, an event
 * named {@code error} whose data is the problem.
 */
final class EventStreamReply implements RestReply {
    private final RestExchange rest;
    private boolean started;

    EventStreamReply(RestExchange rest) {
        this.rest = rest;
    }

    @Override
    public synchronized void headers(Metadata metadata) {
        start(metadata, null);
    }

    @Override
    public synchronized void message(Object message) {
        start(null, null);
        rest.exchange().write(ServerSentEvent.of(message));
    }

    @Override
    public synchronized void succeed(Metadata trailers) {
        start(null, trailers);
        rest.exchange().finish();
    }

    @Override
    public synchronized void fail(Status status, RegistryException error, @Nullable Metadata trailers) {
        if (!started) {
            rest.fail(status, error, trailers);
            return;
        }
        rest.outcome(status, 200);
        rest.exchange().write(ServerSentEvent.error(rest.problemText(error, trailers)));
        rest.exchange().finish();
    }

    @Override
    public void gone() {
        rest.gone(Status.CANCELLED);
    }

    private void start(@Nullable Metadata headers, @Nullable Metadata trailers) {
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
        rest.exchange().write(ServerSentEvent.RETRY);
    }
}
