package io.meshkit.server.watch;

import io.meshkit.v1.AuditEntry;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest revisions, in memory, once for all watchers: bounded in number and bytes.
 *
 * <p>Invariant: what it holds is contiguous and ends at {@link #newest}. Thread: any number.
 */
final class Feed {
    private final int revisionsMax;
    private final long bytesMax;
    /** By revision modulo its length. */
    private final @Nullable FeedItem[] ring;

    private final ArrayDeque<Held> order = new ArrayDeque<>();
    private final Touched touched = new Touched();
    private long bytes;
    private volatile long newest;

    private record Held(FeedItem item, int bytes) {}

    Feed(int revisionsMax, long bytesMax) {
        this.revisionsMax = revisionsMax;
        this.bytesMax = bytesMax;
        this.ring = new FeedItem[revisionsMax];
    }

    /** The newest revision of the state, in the ring or not; 0: none, or not known yet. */
    long newest() {
        return newest;
    }

    /** @param entryBytes of each its size, encoded */
    synchronized void add(List<AuditEntry> entries, List<Integer> entryBytes) {
        for (int i = 0; i < entries.size(); i++) {
            add(new Held(new FeedItem(entries.get(i)), entryBytes.get(i)));
        }
    }

    private void add(Held held) {
        FeedItem item = held.item();
        if (item.revision() <= newest) {
            return; // known already, from the state itself
        }
        if (item.revision() != newest + 1) {
            clear();
            touched.forget(item.revision() - 1);
        }
        order.addLast(held);
        ring[slot(item.revision())] = item;
        bytes += held.bytes();
        while (order.size() > revisionsMax || (bytes > bytesMax && order.size() > 1)) {
            Held oldest = order.removeFirst();
            bytes -= oldest.bytes();
            int slot = slot(oldest.item().revision());
            if (ring[slot] == oldest.item()) {
                ring[slot] = null;
            }
        }
        // Before it is announced: whoever sees the revision sees what it is about.
        touched.touch(item);
        newest = item.revision();
    }

    /** No revision from this one up to {@link #newest}, read before, concerns a watch with these topics. */
    boolean isQuietFrom(long revision, List<String> topics) {
        return touched.last(topics) < revision;
    }

    /** The state has reached the revision in a way that was not announced: what is held ends before it. */
    synchronized void reached(long revision) {
        if (revision > newest) {
            clear();
            touched.forget(revision);
            newest = revision;
        }
    }

    private void clear() {
        order.forEach(held -> ring[slot(held.item().revision())] = null);
        order.clear();
        bytes = 0;
    }

    /** The revision, if it is held. */
    synchronized @Nullable FeedItem get(long revision) {
        FeedItem item = ring[slot(revision)];
        return item != null && item.revision() == revision ? item : null;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized int size() {
        return order.size();
    }

    private int slot(long revision) {
        return (int) (revision % revisionsMax);
    }
}
