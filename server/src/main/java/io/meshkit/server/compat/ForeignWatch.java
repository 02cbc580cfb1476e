package io.meshkit.server.compat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meshkit.api.RegistryException;
import io.meshkit.server.watch.WatchVerbs;
import io.meshkit.v1.WatchResponse;
import io.omnirelay.transport.EncodedMessage;
import io.omnirelay.transport.Errors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A streaming verb of another contract, served by a watch of ours.
 *
 * <p>The watch sees the other call as if it were its own, so it keeps to the receiver's pace and ends with the
 * caller's rights as every watch does. Each message is decoded again for each watcher: these are few.
 *
 * @param <Q> the other contract's request
 * @param <R> what it sends
 */
final class ForeignWatch<Q, R> implements ServerCallHandler<Q, R> {
    private final WatchVerbs watches;
    private final MethodDescriptor<Message, EncodedMessage> ours;
    private final Function<Q, Message> request;
    private final Supplier<Translation<R>> translation;

    /**
     * @param ours        the verb that serves it
     * @param request     may refuse by a {@link RegistryException}
     * @param translation one for each call
     */
    ForeignWatch(
            WatchVerbs watches,
            MethodDescriptor<Message, EncodedMessage> ours,
            Function<Q, Message> request,
            Supplier<Translation<R>> translation) {
        this.watches = watches;
        this.ours = ours;
        this.request = request;
        this.translation = translation;
    }

    @Override
    public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
        return new Listener(call, watches.start(new Translated(call, translation.get())));
    }

    /** The caller's messages, put into our words. Its methods run one at a time. */
    private final class Listener extends ServerCall.Listener<Q> {
        private final ServerCall<Q, R> call;
        private final ServerCall.Listener<Message> watch;
        private @Nullable RegistryException refused;

        Listener(ServerCall<Q, R> call, ServerCall.Listener<Message> watch) {
            this.call = call;
            this.watch = watch;
        }

        @Override
        public void onMessage(Q message) {
            try {
                watch.onMessage(request.apply(message));
            } catch (RegistryException e) {
                refused = e;
            }
        }

        @Override
        public void onHalfClose() {
            if (refused == null) {
                watch.onHalfClose();
                return;
            }
            StatusRuntimeException failure = Errors.toGrpc(refused);
            Metadata trailers = failure.getTrailers();
            call.close(failure.getStatus(), trailers == null ? new Metadata() : trailers);
        }

        @Override
        public void onReady() {
            watch.onReady();
        }

        @Override
        public void onCancel() {
            watch.onCancel();
        }

        @Override
        public void onComplete() {
            watch.onComplete();
        }
    }

    /** The other call, as the watch sees it. */
    private final class Translated extends ServerCall<Message, EncodedMessage> {
        private final ServerCall<Q, R> call;
        private final Translation<R> into;

        Translated(ServerCall<Q, R> call, Translation<R> into) {
            this.call = call;
            this.into = into;
        }

        @Override
        public void sendMessage(EncodedMessage message) {
            into.of(decode(message)).forEach(call::sendMessage);
        }

        @Override
        public void request(int count) {
            call.request(count);
        }

        @Override
        public void sendHeaders(Metadata headers) {
            call.sendHeaders(headers);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            call.close(status, trailers);
        }

        @Override
        public boolean isReady() {
            return call.isReady();
        }

        @Override
        public boolean isCancelled() {
            return call.isCancelled();
        }

        @Override
        public Attributes getAttributes() {
            return call.getAttributes();
        }

        @Override
        public MethodDescriptor<Message, EncodedMessage> getMethodDescriptor() {
            return ours;
        }
    }

    private static WatchResponse decode(EncodedMessage message) {
        WatchResponse.Builder response = WatchResponse.newBuilder();
        try {
            for (byte[] part : message.protobuf()) {
                response.mergeFrom(part);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a watch's own message cannot be read", e);
        }
        return response.build();
    }
}
