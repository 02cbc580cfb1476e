package io.meshkit.bench.micro;

import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.domain.kernel.Check;
import io.meshkit.domain.kernel.Tokens;
import io.meshkit.domain.query.WatchFilter;
import io.meshkit.domain.query.WatchTopics;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.WatchEventType;
import io.meshkit.v1.WatchShardsRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What one change costs for all watchers before anything is sent: whom it concerns, whose filter it passes, and a resume
 * token for each of these. The change itself is encoded once ({@link EncodeBenchmark#changeForWatchers}). Time per change.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // Set up by JMH.
public class FanOutBenchmark {
    private static final String CHANGED = "bench";
    private static final byte[] NO_PLACE = new byte[0];

    /** Each with a filter of its own. */
    @Param({"100", "1000"})
    public int watchers;

    private final List<WatchFilter> concerned = new ArrayList<>();
    private final List<WatchFilter> elsewhere = new ArrayList<>();
    private final List<byte[]> hashes = new ArrayList<>();
    private RecordChange change;
    private Tokens tokens;

    @Setup
    public void watch() {
        Entries entries = new Entries();
        change = RecordChange.newBuilder()
                .setKind("shard")
                .setName(CHANGED + "/s0000001")
                .setBefore(RegistryRecord.newBuilder().setShard(entries.shard()))
                .setAfter(RegistryRecord.newBuilder().setShard(entries.shard()))
                .build();
        for (int i = 0; i < watchers; i++) {
            WatchFilter filter = filter(WatchShardsRequest.newBuilder()
                    .setNamespace(CHANGED)
                    .setLabelSelector("team!=t" + i)
                    .build());
            concerned.add(filter);
            hashes.add(filter.hash());
            elsewhere.add(filter(
                    WatchShardsRequest.newBuilder().setNamespace("other-" + i).build()));
        }
        try (MemoryStore store = MemoryStore.create(RegistryStateMachine.TABLES)) {
            tokens = Tokens.of(store);
        }
    }

    private static WatchFilter filter(WatchShardsRequest request) {
        Check check = new Check();
        WatchFilter filter = WatchFilter.of(request, check);
        if (!check.isClean()) {
            throw new IllegalStateException("not a filter: " + check.error());
        }
        return filter;
    }

    /** Of the changed namespace, all of whose filters let it pass. */
    @Benchmark
    public void told(Blackhole sink) {
        Set<String> topics = new HashSet<>(WatchTopics.of(change));
        for (int i = 0; i < watchers; i++) {
            WatchFilter filter = concerned.get(i);
            if (filter.mayConcern(topics) && filter.eventOf(change) != WatchEventType.WATCH_EVENT_TYPE_UNSPECIFIED) {
                sink.consume(tokens.seal(Tokens.Purpose.RESUME, 1, hashes.get(i), NO_PLACE));
            }
        }
    }

    /** Of other namespaces. */
    @Benchmark
    public int passedOver() {
        Set<String> topics = new HashSet<>(WatchTopics.of(change));
        int concern = 0;
        for (WatchFilter filter : elsewhere) {
            concern += filter.mayConcern(topics) ? 1 : 0;
        }
        return concern;
    }
}
