package io.meshkit.server.watch;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.StateMeta;
import io.meshkit.domain.kernel.Journal;
import io.meshkit.domain.query.InitialState;
import io.meshkit.domain.query.Past;
import io.meshkit.raft.Replica;
import io.meshkit.storage.StoreSnapshot;
import io.meshkit.storage.StoreView;
import io.meshkit.v1.ErrorDetail;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchState;

/**
 * Serves one watcher from the store for a while: the next piece of its initial state, or revisions that the feed no
 * longer holds.
 *
 * <p>Takes a snapshot per piece and gives it back at once: a watcher that stops reading pins nothing.
 */
final class StoreReader {
    /** Journal rows per snapshot. */
    private static final int ROWS = 1_000;

    private final Replica replica;
    private final WatchMetrics metrics;

    StoreReader(Replica replica, WatchMetrics metrics) {
        this.replica = replica;
        this.metrics = metrics;
    }

    /** Reads until the receiver has enough, or the feed has what comes next. */
    void serve(Watcher watcher, Feed feed) {
        while (watcher.isReady() && watcher.isStateMissing()) {
            try (StoreSnapshot snapshot = replica.snapshot()) {
                state(watcher, snapshot);
            }
        }
        if (watcher.isReady() && !watcher.isStateMissing() && behind(watcher, feed)) {
            metrics.catchUp();
        }
        while (watcher.isReady() && !watcher.isStateMissing() && behind(watcher, feed)) {
            try (StoreSnapshot snapshot = replica.snapshot()) {
                changes(watcher, snapshot);
            }
        }
    }

    private static boolean behind(Watcher watcher, Feed feed) {
        return watcher.next() <= feed.newest() && feed.get(watcher.next()) == null;
    }

    private void state(Watcher watcher, StoreView snapshot) {
        switch (Past.at(snapshot, watcher.stateRevision())) {
            case Past.Seen.View(StoreView view) -> {
                InitialState.Piece piece = InitialState.read(view, watcher.filter(), watcher.statePlace());
                WatchResponse response = WatchResponse.newBuilder()
                        .setRevision(watcher.stateRevision())
                        .setState(WatchState.newBuilder().addAllRecords(piece.records()))
                        .build();
                watcher.state(response, piece.lastKey(), piece.more());
            }
            case Past.Seen.Gone(ErrorDetail error) -> {
                metrics.compacted();
                watcher.fail(new RegistryException(error));
            }
            case Past.Seen.Ahead(long revision) ->
                throw new IllegalStateException("the state went back from revision " + revision);
        }
    }

    private void changes(Watcher watcher, StoreView snapshot) {
        long oldest = StateMeta.oldestKept(snapshot);
        long newest = StateMeta.revision(snapshot);
        if (watcher.next() < oldest) {
            metrics.compacted();
            watcher.fail(Watcher.compacted(watcher.next(), oldest, newest));
            return;
        }
        long from = watcher.next();
        Journal.scan(snapshot, from, Math.min(newest + 1, from + ROWS), entry -> {
            watcher.deliver(new FeedItem(entry), metrics);
            return watcher.isReady();
        });
        if (watcher.next() == from && watcher.isReady()) {
            watcher.fail(RegistryException.of(
                    ErrorCode.CORRUPTION,
                    "revision " + from + " is missing from the journal",
                    "tell the operator: this node's store is damaged"));
        }
    }
}
