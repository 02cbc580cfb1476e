package io.meshkit.bench.run;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchServiceGrpc;
import io.meshkit.v1.WatchShardsRequest;
import io.meshkit.v1.WatchStart;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One watcher of a namespace: takes a message at a time, or none after {@code synced} if it stalls. Thread-safe. */
final class LightWatch {
    private static final MethodDescriptor<WatchShardsRequest, LightMessage> METHOD =
            WatchServiceGrpc.getWatchShardsMethod().toBuilder(
                            WatchServiceGrpc.getWatchShardsMethod().getRequestMarshaller(), LightMessage.marshaller())
                    .build();

    private final Channel channel;
    private final String namespace;
    private final boolean stalls;
    private final Consumer<LightMessage> changes;
    private final Sequence sequence = new Sequence();
    private volatile boolean synced;
    private volatile @Nullable Status ended;
    private volatile String token = "";
    private volatile @Nullable ClientCall<WatchShardsRequest, LightMessage> call;

    /** @param changes is told of each change; must be quick */
    LightWatch(Channel channel, String namespace, boolean stalls, Consumer<LightMessage> changes) {
        this.channel = channel;
        this.namespace = namespace;
        this.stalls = stalls;
        this.changes = changes;
    }

    /** Follows from now on. */
    void start() {
        start(WatchOptions.newBuilder().setStart(WatchStart.WATCH_START_NOW).build(), stalls);
    }

    /** Breaks the stream off, with whatever lies in it, and goes on from the last message that was taken. */
    void resume() {
        ClientCall<WatchShardsRequest, LightMessage> old = call;
        // First, so that the end of the old stream is not taken for the watch's.
        start(WatchOptions.newBuilder().setResumeToken(token).build(), false);
        if (old != null) {
            old.cancel("the stalled watcher starts over", null);
        }
    }

    private void start(WatchOptions options, boolean stall) {
        ClientCall<WatchShardsRequest, LightMessage> begun = channel.newCall(METHOD, CallOptions.DEFAULT);
        call = begun;
        begun.start(new Listener(begun, stall), new Metadata());
        begun.sendMessage(WatchShardsRequest.newBuilder()
                .setNamespace(namespace)
                .setWatch(options)
                .build());
        begun.halfClose();
        begun.request(1);
    }

    String namespace() {
        return namespace;
    }

    Sequence sequence() {
        return sequence;
    }

    boolean isSynced() {
        return synced;
    }

    /** Why the newest stream has ended; null: it has not. */
    @Nullable
    Status ended() {
        return ended;
    }

    void close() {
        ClientCall<WatchShardsRequest, LightMessage> open = call;
        if (open != null) {
            open.cancel("measured", null);
        }
    }

    private final class Listener extends ClientCall.Listener<LightMessage> {
        private final ClientCall<WatchShardsRequest, LightMessage> own;
        private final boolean stall;

        Listener(ClientCall<WatchShardsRequest, LightMessage> own, boolean stall) {
            this.own = own;
            this.stall = stall;
        }

        @Override
        public void onMessage(LightMessage message) {
            if (call != own) {
                return;
            }
            token = message.resumeToken();
            if (message.isChange()) {
                sequence.add(message.revision());
                changes.accept(message);
            }
            synced |= message.isSynced();
            if (!stall || !synced) {
                own.request(1);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (call == own) {
                ended = status;
            }
        }
    }
}
