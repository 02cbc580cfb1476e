package io.meshkit.server.watch;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The newest revision about each topic, so that a watcher passes over what cannot concern it at a look. Bounded: what has
 * been forgotten counts as touched.
 *
 * <p>Thread: one writer, any number of readers.
 */
final class Touched {
    static final int TOPICS_MAX = 65_536;

    private final ConcurrentMap<String, Long> revisions = new ConcurrentHashMap<>();
    /** Up to here nothing is known. */
    private volatile long forgotten;

    void touch(FeedItem item) {
        long revision = item.revision();
        item.topics().forEach(topic -> revisions.put(topic, revision));
        if (revisions.size() > TOPICS_MAX) {
            forget(revision);
        }
    }

    /** Of the revisions up to this one, what they were about is not known. */
    void forget(long revision) {
        // First, so that a reader who misses the topic meets it.
        forgotten = revision;
        revisions.clear();
    }

    /** No revision after this one, among those that have been announced, is about any of the topics. */
    long last(List<String> topics) {
        long last = -1;
        for (String topic : topics) {
            Long known = revisions.get(topic);
            last = Math.max(last, known == null ? -1 : known);
        }
        return Math.max(last, forgotten);
    }
}
