package io.meshkit.server.watch;

import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.domain.kernel.Tokens;
import io.meshkit.domain.kernel.Tokens.Purpose;
import io.meshkit.domain.query.WatchFilter;
import io.meshkit.v1.WatchBookmark;
import io.meshkit.v1.WatchResponse;
import io.meshkit.v1.WatchSynced;
import io.omnirelay.transport.EncodedMessage;
import java.util.function.LongSupplier;

/**
 * One watch: a filter, a position, and where to send.
 *
 * <p>Either the hub's pump works on it or one reader of the store does ({@link #beginReading}), never both. It
 * sends only while the receiver is ready, and holds nothing that it has not sent. Thread: any number.
 */
final class Watcher {
    /** Revisions looked at in one turn, so that one watcher does not keep the pump from the others. */
    private static final int TURN = 256;

    private static final byte[] NO_PLACE = new byte[0];

    private final WatchFilter filter;
    private final byte[] filterHash;
    private final Tokens tokens;
    private final Sink sink;
    /** Revision at which the stream counts as synced. */
    private final long target;

    private final boolean untilSynced;
    private final long bookmarkNanos;
    private final LongSupplier accessRevision;

    /** The next revision to look at; read by others for the lag. */
    private volatile long next;

    private volatile boolean ended;
    /** Set while the initial state is not complete; then, the key of the last record sent. */
    private byte[] statePlace;

    private boolean stateMissing;
    private long stateRecords;
    private boolean synced;
    private boolean reading;
    private long sentNanos;
    private long checkedNanos;
    /** Of the access records that its rights were last held against. */
    private long checkedRevision;

    private long delivered;

    /**
     * @param plan           where it begins
     * @param accessRevision of the access records as the node knows them
     */
    Watcher(
            WatchFilter filter,
            Tokens tokens,
            Sink sink,
            WatchPlan plan,
            long bookmarkNanos,
            LongSupplier accessRevision,
            long nowNanos) {
        this.filter = filter;
        this.filterHash = filter.hash();
        this.tokens = tokens;
        this.sink = sink;
        this.target = plan.target();
        this.untilSynced = plan.untilSynced();
        this.bookmarkNanos = bookmarkNanos;
        this.accessRevision = accessRevision;
        this.next = plan.next();
        this.stateMissing = plan.withState();
        this.statePlace = NO_PLACE;
        this.sentNanos = nowNanos;
        this.checkedNanos = nowNanos;
        // Not the revision as of now: it may have grown since the watch was let through.
        this.checkedRevision = -1;
    }

    WatchFilter filter() {
        return filter;
    }

    /** The next revision to look at. */
    long next() {
        return next;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether the receiver takes more. */
    boolean isReady() {
        return !ended && sink.isReady();
    }

    /** Sends the first message. */
    synchronized void open(WatchResponse opened) {
        send(EncodedBody.of(opened, "opened").withToken(stateMissing ? "" : token(opened.getRevision())));
    }

    /** What one turn left to do. */
    enum Turn {
        /** Nothing until something happens. */
        IDLE,
        /** There is more in the feed. */
        MORE,
        /** What comes next must be read from the store; the watcher is reserved for who does. */
        READ
    }

    /** Sends what the feed has for it, as far as the receiver takes it. */
    synchronized Turn pump(Feed feed, long nowNanos, WatchMetrics metrics) {
        if (ended || reading) {
            return Turn.IDLE;
        }
        // What is looked at has been applied before the rights are: none of it comes after a revocation.
        long newest = feed.newest();
        checkRights(nowNanos);
        if (!stateMissing && next <= newest && feed.isQuietFrom(next, filter.topics())) {
            next = newest + 1;
        }
        // The receiver is asked last: of all this, that costs most, and most watchers have nothing to send.
        if (hasNothingToSend(newest, nowNanos) || !isReady()) {
            return Turn.IDLE;
        }
        if (stateMissing) {
            reading = true;
            return Turn.READ;
        }
        for (int i = 0; i < TURN && next <= newest; i++) {
            FeedItem item = feed.get(next);
            if (item == null) {
                reading = true;
                return Turn.READ;
            }
            if (deliver(item, metrics) && !isReady()) {
                return Turn.IDLE;
            }
        }
        syncIfReached();
        bookmarkIfDue(nowNanos, feed.newest());
        return !ended && next <= feed.newest() ? Turn.MORE : Turn.IDLE;
    }

    private boolean hasNothingToSend(long newest, long nowNanos) {
        return !stateMissing && synced && next > newest && nowNanos - sentNanos < bookmarkNanos;
    }

    /** Sends the revision if it matches, and moves on. @return whether anything was sent */
    synchronized boolean deliver(FeedItem item, WatchMetrics metrics) {
        if (ended) {
            return false;
        }
        if (item.revision() != next) {
            throw new IllegalStateException("revision " + item.revision() + " where " + next + " comes next");
        }
        EncodedMessage message = item.message(filter, filterHash, tokens);
        if (message != null) {
            send(message);
            metrics.delivered(message.bytes());
        }
        next++;
        return syncIfReached() || message != null;
    }

    /** The place in the initial state; null: it is complete. */
    synchronized byte[] statePlace() {
        return statePlace;
    }

    synchronized boolean isStateMissing() {
        return stateMissing;
    }

    /** The revision of the initial state. */
    long stateRevision() {
        return target;
    }

    /** Sends a piece of the initial state. */
    synchronized void state(WatchResponse piece, byte[] place, boolean more) {
        if (ended) {
            return;
        }
        int records = piece.getState().getRecordsCount();
        if (records > 0) {
            send(EncodedBody.of(piece, "state").withToken(""));
        }
        stateRecords += records;
        statePlace = place;
        stateMissing = more;
        syncIfReached();
    }

    /** The reader of the store is done: the pump may go on. */
    synchronized void endReading() {
        reading = false;
    }

    /** The caller has gone. */
    void cancelled() {
        ended = true;
    }

    synchronized void fail(RegistryException error) {
        if (!ended) {
            ended = true;
            sink.fail(error);
        }
    }

    /** @return whether anything was sent */
    private boolean syncIfReached() {
        if (synced || ended || stateMissing || next <= target) {
            return false;
        }
        synced = true;
        WatchResponse marker = WatchResponse.newBuilder()
                .setRevision(next - 1)
                .setSynced(WatchSynced.newBuilder().setRecords(stateRecords))
                .build();
        send(EncodedBody.of(marker, "synced").withToken(token(next - 1)));
        if (untilSynced) {
            ended = true;
            sink.complete();
        }
        return true;
    }

    private void bookmarkIfDue(long nowNanos, long newest) {
        if (ended || nowNanos - sentNanos < bookmarkNanos) {
            return;
        }
        WatchResponse bookmark = WatchResponse.newBuilder()
                .setRevision(next - 1)
                .setBookmark(WatchBookmark.newBuilder().setNodeRevision(Math.max(newest, next - 1)))
                .build();
        send(EncodedBody.of(bookmark, "bookmark").withToken(token(next - 1)));
    }

    /** A credential that has expired or was taken back ends the stream, also of a receiver that does not read. */
    private void checkRights(long nowNanos) {
        long revision = accessRevision.getAsLong();
        if (revision == checkedRevision && nowNanos - checkedNanos < bookmarkNanos) {
            return;
        }
        checkedRevision = revision;
        checkedNanos = nowNanos;
        try {
            sink.revalidate();
        } catch (RegistryException e) {
            fail(e);
        }
    }

    private String token(long revision) {
        return tokens.seal(Purpose.RESUME, revision, filterHash, NO_PLACE);
    }

    private void send(EncodedMessage message) {
        delivered++;
        sentNanos = System.nanoTime();
        sink.send(message);
    }

    /** Messages sent so far. */
    synchronized long delivered() {
        return delivered;
    }

    static RegistryException compacted(long next, long oldest, long newest) {
        return new RegistryException(RegistryException.detail(
                        ErrorCode.COMPACTED,
                        "the changes from revision " + next + " on are no longer all kept; the oldest kept is "
                                + oldest,
                        "begin again with the initial state")
                .setCurrentRevision(newest)
                .setLowWatermarkRevision(oldest)
                .build());
    }
}
