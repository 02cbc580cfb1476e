package io.meshkit.client;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchBookmark;
import io.meshkit.v1.WatchChange;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchOpened;
import io.meshkit.v1.WatchOptions;
import io.meshkit.v1.WatchPeersRequest;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchServiceGrpc;
import io.meshkit.v1.WatchStart;
import io.meshkit.v1.WatchState;
import io.meshkit.v1.WatchSynced;
import io.omnirelay.transport.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A journal of peers that fake nodes serve watches from, as watch.proto says. Its tokens are {@code t<revision>}. */
final class FakeFeed {
    private final List<WatchResponse> changes = new ArrayList<>();
    private final Map<String, Peer> peers = new TreeMap<>();
    private final List<Stream> streams = new ArrayList<>();
    private long lowWatermark = 1;
    private int statesToCut;
    private boolean muted;

    /** One watch that a node serves. */
    record Stream(FakeNode node, WatchPeersRequest request, ServerCallStreamObserver<WatchResponse> observer) {}

    /** Lets the node serve watches of peers. */
    void serve(FakeNode node) {
        node.onStream(WatchServiceGrpc.getWatchPeersMethod(), (request, observer) -> accept(node, request, observer));
    }

    private synchronized void accept(
            FakeNode node, WatchPeersRequest request, ServerCallStreamObserver<WatchResponse> observer) {
        streams.add(new Stream(node, request, observer));
        observer.setOnCancelHandler(() -> remove(observer));
        notifyAll();
        if (muted) {
            return;
        }
        WatchOptions options = request.getWatch();
        long next;
        if (options.getResumeToken().isEmpty()) {
            next = options.getStart() == WatchStart.WATCH_START_REVISION ? options.getFromRevision() : revision() + 1;
        } else if (options.getResumeToken().matches("t\\d+")) {
            next = Long.parseLong(options.getResumeToken().substring(1)) + 1;
        } else {
            fail(observer, ErrorCode.INVALID_REQUEST, "watch.resumeToken");
            return;
        }
        if (next < lowWatermark) {
            fail(observer, ErrorCode.COMPACTED, "");
            return;
        }
        boolean state = options.getResumeToken().isEmpty()
                && (options.getStart() == WatchStart.WATCH_START_UNSPECIFIED
                        || options.getStart() == WatchStart.WATCH_START_INITIAL_STATE);
        WatchStart start = state ? WatchStart.WATCH_START_INITIAL_STATE : WatchStart.WATCH_START_RESUME;
        observer.onNext(message(next - 1, !state)
                .setOpened(WatchOpened.newBuilder().setStart(start))
                .build());
        if (state) {
            for (Peer peer : peers.values()) {
                observer.onNext(message(revision(), false)
                        .setState(WatchState.newBuilder()
                                .addRecords(RegistryRecord.newBuilder().setPeer(peer)))
                        .build());
                if (statesToCut > 0) {
                    statesToCut--;
                    remove(observer);
                    observer.onError(Status.UNAVAILABLE.asRuntimeException());
                    return;
                }
            }
        }
        for (long revision = next; revision <= revision(); revision++) {
            observer.onNext(changes.get((int) revision - 1));
        }
        observer.onNext(message(revision(), true)
                .setSynced(WatchSynced.newBuilder().setRecords(peers.size()))
                .build());
        if (options.getUntilSynced()) {
            remove(observer);
            observer.onCompleted();
        }
    }

    static WatchResponse.Builder message(long revision, boolean token) {
        return WatchResponse.newBuilder().setRevision(revision).setResumeToken(token ? "t" + revision : "");
    }

    private synchronized void fail(ServerCallStreamObserver<WatchResponse> observer, ErrorCode code, String field) {
        remove(observer);
        observer.onError(Errors.toGrpc(new RegistryException(RegistryException.detail(code, "as the test says", "")
                .setField(field)
                .build())));
    }

    private synchronized void remove(ServerCallStreamObserver<WatchResponse> observer) {
        streams.removeIf(stream -> stream.observer() == observer);
        notifyAll();
    }

    synchronized long revision() {
        return changes.size();
    }

    synchronized Map<String, Peer> peers() {
        return new TreeMap<>(peers);
    }

    synchronized void put(String id, String role) {
        Peer peer = Peer.newBuilder().setId(id).setRole(role).build();
        WatchEvent.Builder event = WatchEvent.newBuilder()
                .setType(WatchEventType.WATCH_EVENT_TYPE_PUT)
                .setKind("peer")
                .setName(id)
                .setRecord(RegistryRecord.newBuilder().setPeer(peer));
        peers.put(id, peer);
        append(event);
    }

    synchronized void delete(String id) {
        peers.remove(id);
        append(WatchEvent.newBuilder()
                .setType(WatchEventType.WATCH_EVENT_TYPE_DELETE)
                .setKind("peer")
                .setName(id));
    }

    private void append(WatchEvent.Builder event) {
        WatchResponse change = message(revision() + 1, true)
                .setChange(WatchChange.newBuilder().addEvents(event))
                .build();
        changes.add(change);
        if (!muted) {
            send(change);
        }
    }

    /** To every stream, whatever it is. */
    synchronized void send(WatchResponse message) {
        List.copyOf(streams).forEach(stream -> stream.observer().onNext(message));
    }

    void bookmark() {
        send(message(revision(), true)
                .setBookmark(WatchBookmark.newBuilder().setNodeRevision(revision()))
                .build());
    }

    /** The changes before the revision are no longer kept. */
    synchronized void compactTo(long revision) {
        lowWatermark = revision;
    }

    /** So many streams are cut in the midst of their initial state. */
    synchronized void cutStates(int count) {
        statesToCut = count;
    }

    /** New streams, and all that are open, get nothing any more, not even an end. */
    synchronized void mute(boolean on) {
        muted = on;
    }

    /** Cuts all streams as a network does. */
    synchronized void cut() {
        for (Stream stream : List.copyOf(streams)) {
            remove(stream.observer());
            stream.observer().onError(Status.UNAVAILABLE.asRuntimeException());
        }
    }

    /** Ends all streams with an error of the registry. */
    synchronized void failAll(ErrorCode code) {
        List.copyOf(streams).forEach(stream -> fail(stream.observer(), code, ""));
    }

    /** Waits until so many streams are open. */
    synchronized List<Stream> awaitStreams(int count) throws InterruptedException {
        while (streams.size() != count) {
            wait();
        }
        return List.copyOf(streams);
    }
}
