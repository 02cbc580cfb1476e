package io.omnirelay.transport.rest;

import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.Status;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.omnirelay.transport.NegotiatedTransport.Encoding;
import io.omnirelay.transport.WireForm;
import io.omnirelay.transport.json.ProtoJson;
import org.jspecify.annotations.Nullable;

/** One message, as a whole. */
final class UnaryReply implements RestReply {
    private final HttpRuleBinding binding;
    private final RestExchange rest;
    private @Nullable Metadata headers;
    private volatile @Nullable Message message;

    UnaryReply(HttpRuleBinding binding, RestExchange rest) {
        this.binding = binding;
        this.rest = rest;
    }

    @Override
    public void headers(Metadata metadata) {
        headers = metadata;
    }

    @Override
    public void message(Object response) {
        message = (Message) response;
    }

    @Override
    public void succeed(Metadata trailers) {
        Message response = message;
        if (response == null) {
            fail(Status.INTERNAL, RegistryException.of(ErrorCode.INTERNAL, "The service gave no answer", ""), trailers);
            return;
        }
        HttpHeaders http = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        boolean protobuf = rest.encoding() == Encoding.PROTOBUF;
        http.set(HttpHeaderNames.CONTENT_TYPE, protobuf ? MediaTypes.PROTOBUF : MediaTypes.JSON);
        http.set(HttpHeaderNames.VARY, "accept");
        binding.responseHeaders().copy(response, http);
        CallHeaders.copy(headers, http);
        CallHeaders.copy(trailers, http);
        String method = rest.exchange().head().method();
        boolean read = method.equals("GET") || method.equals("HEAD");
        String etag = http.get(HttpHeaderNames.ETAG);
        http.set(HttpHeaderNames.CACHE_CONTROL, read && etag != null ? "no-cache" : "no-store");
        if (read && etag != null && EntityTags.matches(rest.exchange().head().headers(), etag)) {
            http.remove(HttpHeaderNames.CONTENT_TYPE);
            rest.respond(Status.OK, 304, http, new byte[0]);
        } else {
            rest.respond(
                    Status.OK,
                    200,
                    http,
                    protobuf ? response.toByteArray() : ProtoJson.print(WireForm.whole(response)));
        }
    }

    @Override
    public void fail(Status status, RegistryException error, @Nullable Metadata trailers) {
        rest.fail(status, error, trailers);
    }

    @Override
    public void gone() {
        rest.gone(Status.CANCELLED);
    }
}
