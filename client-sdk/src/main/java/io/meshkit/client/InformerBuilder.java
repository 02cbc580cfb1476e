package io.meshkit.client;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.v1.WatchOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Collects what an {@link Informer} needs to know. Not thread-safe. */
public final class InformerBuilder<T extends Message> {
    /** Default of {@link #recordsMax}: as many as the registry holds peers. */
    public static final int RECORDS_MAX_DEFAULT = 100_000;

    /** Starts the watch that feeds the cache. */
    @FunctionalInterface
    interface Start {
        Watch watch(WatchListener listener);
    }

    private final MeshKitClient client;
    private final RecordType<T> type;
    private final Message request;
    private final Map<String, Function<? super T, ? extends Collection<String>>> indexes = new LinkedHashMap<>();
    private final List<InformerHandler<? super T>> handlers = new ArrayList<>();
    private int recordsMax = RECORDS_MAX_DEFAULT;
    private Duration staleAfter = WatchSettings.DEFAULT.silence();
    private WatchSettings settings;

    InformerBuilder(MeshKitClient client, RecordType<T> type, Message request) {
        this.client = client;
        this.type = type;
        FieldDescriptor watch = request.getDescriptorForType().findFieldByName("watch");
        if (!request.getField(watch).equals(WatchOptions.getDefaultInstance())) {
            throw new IllegalArgumentException("an informer says itself where its watch starts: leave out watch");
        }
        this.request = request;
        this.settings = WatchSettings.DEFAULT.withNode(client.settings().node());
    }

    /**
     * Adds an index.
     *
     * @param keys of a record, for example its region; quick, never throws, and the same for equal records
     */
    public InformerBuilder<T> index(String name, Function<? super T, ? extends Collection<String>> keys) {
        if (indexes.putIfAbsent(name, keys) != null) {
            throw new IllegalArgumentException("two indexes are named " + name);
        }
        return this;
    }

    /** Adds a handler, which is told of everything from the first record on. */
    public InformerBuilder<T> handler(InformerHandler<? super T> handler) {
        handlers.add(handler);
        return this;
    }

    /**
     * How many records it may hold, ≥ 1. Default {@value #RECORDS_MAX_DEFAULT}. During a resync the fresh state is
     * held beside the old one: memory is for twice as many.
     */
    public InformerBuilder<T> recordsMax(int recordsMax) {
        if (recordsMax < 1) {
            throw new IllegalArgumentException("recordsMax must be at least 1: " + recordsMax);
        }
        this.recordsMax = recordsMax;
        return this;
    }

    /** After how long a silence it counts as stale. Default 30 s; the registry says something every 10 s. */
    public InformerBuilder<T> staleAfter(Duration staleAfter) {
        this.staleAfter = staleAfter;
        return this;
    }

    /** Of the watch beneath; resyncs are always on. */
    public InformerBuilder<T> settings(WatchSettings settings) {
        this.settings = settings.withResync(true);
        return this;
    }

    RecordType<T> type() {
        return type;
    }

    int recordsMax() {
        return recordsMax;
    }

    Map<String, Function<? super T, ? extends Collection<String>>> indexes() {
        return new LinkedHashMap<>(indexes);
    }

    List<InformerHandler<? super T>> handlers() {
        return List.copyOf(handlers);
    }

    Duration staleAfter() {
        return staleAfter;
    }

    /** Starts it; it is empty until it has synced. */
    public Informer<T> start() {
        return new Informer<>(this, listener -> client.watch(request, settings, listener), System::nanoTime);
    }
}
