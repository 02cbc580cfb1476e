package io.meshkit.client;

import com.google.protobuf.Message;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchEvent;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an informer holds: records by name, and indexes of them.
 *
 * <p>Readers see whole revisions: a message changes everything it changes under one lock. A fresh state is gathered
 * beside what is held and takes its place when it is complete; the difference is what handlers are told. One thread
 * applies; any number reads.
 */
final class InformerCache<T extends Message> {
    /**
     * One change of the cache.
     *
     * @param before null: added
     * @param after  null: deleted
     */
    record Delta<T>(
            String name, @Nullable T before, @Nullable T after) {}

    private final RecordType<T> type;
    private final int recordsMax;
    private final Map<String, Function<? super T, ? extends Collection<String>>> indexers;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final TreeMap<String, T> held = new TreeMap<>();
    private final Map<String, Map<String, TreeSet<String>>> indexes = new HashMap<>();
    /** The fresh state while it arrives, else null. */
    private @Nullable TreeMap<String, T> arriving;

    private boolean synced;
    private long revision;

    InformerCache(
            RecordType<T> type,
            int recordsMax,
            Map<String, Function<? super T, ? extends Collection<String>>> indexers) {
        this.type = type;
        this.recordsMax = recordsMax;
        this.indexers = indexers;
        indexers.keySet().forEach(index -> indexes.put(index, new HashMap<>()));
    }

    /**
     * Applies one message of the stream.
     *
     * @return what changed, in order
     * @throws RegistryException LIMIT_EXCEEDED if that would be too many records; the cache is as it was
     */
    List<Delta<T>> apply(WatchResponse message) {
        return switch (message.getEventCase()) {
            case OPENED -> {
                arriving = new TreeMap<>();
                yield List.of();
            }
            case STATE -> {
                gather(message.getState().getRecordsList());
                yield List.of();
            }
            case SYNCED -> replace(message.getRevision());
            case CHANGE -> change(message.getChange().getEventsList(), message.getRevision());
            case BOOKMARK -> change(List.of(), message.getRevision());
            default -> List.of();
        };
    }

    private void gather(List<RegistryRecord> records) {
        TreeMap<String, T> into = arriving;
        if (into == null) {
            throw new IllegalStateException("state outside of an initial state");
        }
        for (RegistryRecord record : records) {
            T value = type.unwrap().apply(record);
            into.put(type.name().apply(value), value);
            checkSize(into.size());
        }
    }

    /** The fresh state is complete: what differs from what is held becomes the deltas, in order of name. */
    private List<Delta<T>> replace(long atRevision) {
        TreeMap<String, T> fresh = arriving;
        arriving = null;
        List<Delta<T>> deltas = new ArrayList<>();
        if (fresh != null) {
            TreeSet<String> names = new TreeSet<>(held.keySet());
            names.addAll(fresh.keySet());
            for (String name : names) {
                add(deltas, new Delta<>(name, held.get(name), fresh.get(name)));
            }
        }
        store(deltas, atRevision, true);
        return deltas;
    }

    private List<Delta<T>> change(List<WatchEvent> events, long atRevision) {
        Map<String, @Nullable T> seen = new HashMap<>();
        List<Delta<T>> deltas = new ArrayList<>();
        int size = held.size();
        for (WatchEvent event : events) {
            if (!event.getKind().equals(type.kind())) {
                continue;
            }
            String name = event.getName();
            T before = seen.containsKey(name) ? seen.get(name) : held.get(name);
            T after = event.getType() == WatchEventType.WATCH_EVENT_TYPE_PUT
                    ? type.unwrap().apply(event.getRecord())
                    : null;
            seen.put(name, after);
            add(deltas, new Delta<>(name, before, after));
            size += (after == null ? 0 : 1) - (before == null ? 0 : 1);
        }
        checkSize(size);
        store(deltas, atRevision, synced);
        return deltas;
    }

    private static <T> void add(List<Delta<T>> deltas, Delta<T> delta) {
        T before = delta.before();
        if (before == null ? delta.after() != null : !before.equals(delta.after())) {
            deltas.add(delta);
        }
    }

    private void checkSize(int size) {
        if (size > recordsMax) {
            throw RegistryException.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "the informer may hold " + recordsMax + " records (recordsMax), and more than that match",
                    "Raise recordsMax, or narrow the request's filter.");
        }
    }

    private void store(List<Delta<T>> deltas, long atRevision, boolean nowSynced) {
        lock.writeLock().lock();
        try {
            for (Delta<T> delta : deltas) {
                T before = delta.before();
                T after = delta.after();
                if (before != null) {
                    held.remove(delta.name());
                    index(delta.name(), before, false);
                }
                if (after != null) {
                    held.put(delta.name(), after);
                    index(delta.name(), after, true);
                }
            }
            revision = atRevision;
            synced = nowSynced;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void index(String name, T record, boolean add) {
        indexers.forEach((index, keys) -> {
            Map<String, TreeSet<String>> byKey = byKey(index);
            for (String key : keys.apply(record)) {
                if (add) {
                    byKey.computeIfAbsent(key, k -> new TreeSet<>()).add(name);
                } else {
                    TreeSet<String> names = byKey.get(key);
                    if (names != null && names.remove(name) && names.isEmpty()) {
                        byKey.remove(key);
                    }
                }
            }
        });
    }

    private <R> R read(java.util.function.Supplier<R> what) {
        lock.readLock().lock();
        try {
            return what.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    Optional<T> get(String name) {
        return read(() -> Optional.ofNullable(held.get(name)));
    }

    /** In order of name. */
    List<T> list() {
        return read(() -> List.copyOf(held.values()));
    }

    /** @throws IllegalArgumentException if there is no such index */
    List<T> byIndex(String index, String key) {
        return read(() -> {
            TreeSet<String> names = byKey(index).getOrDefault(key, new TreeSet<>());
            List<T> found = new ArrayList<>(names.size());
            names.forEach(name -> found.add(held.get(name)));
            return List.copyOf(found);
        });
    }

    /** In order. */
    List<String> indexKeys(String index) {
        return read(() -> byKey(index).keySet().stream().sorted().toList());
    }

    private Map<String, TreeSet<String>> byKey(String index) {
        Map<String, TreeSet<String>> byKey = indexes.get(index);
        if (byKey == null) {
            throw new IllegalArgumentException("no index " + index + "; known: " + new TreeSet<>(indexes.keySet()));
        }
        return byKey;
    }

    int size() {
        return read(held::size);
    }

    long revision() {
        return read(() -> revision);
    }

    boolean isSynced() {
        return read(() -> synced);
    }
}
