package io.meshkit.bench.micro;

import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.domain.kernel.Bytes;
import io.meshkit.domain.kernel.Tokens;
import io.meshkit.domain.records.ShardChecksum;
import io.meshkit.domain.records.XxHash64;
import io.meshkit.storage.KeyWriter;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.v1.LogEntry;
import io.meshkit.v1.RecordChange;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Shard;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Encodings and hashes that every mutation, list or watch takes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // Set up by JMH.
public class EncodeBenchmark {
    private static final int ENTRY_COMMANDS = 64;

    private final Entries entries = new Entries();
    private LogEntry entry;
    private Shard shard;
    private byte[] value;
    private RecordChange change;
    private Tokens tokens;
    private byte[] hash;
    private byte[] place;
    private String sealed;

    @Setup
    public void prepare() {
        entry = entries.next(ENTRY_COMMANDS);
        shard = entries.shard();
        value = Bytes.of(shard);
        change = RecordChange.newBuilder()
                .setKind("shard")
                .setName("bench/s0000001")
                .setBefore(RegistryRecord.newBuilder().setShard(entries.shard()))
                .setAfter(RegistryRecord.newBuilder().setShard(shard))
                .build();
        try (MemoryStore store = MemoryStore.create(RegistryStateMachine.TABLES)) {
            tokens = Tokens.of(store);
        }
        hash = new byte[Tokens.HASH_BYTES];
        place = "bench/s0000001".getBytes(StandardCharsets.UTF_8);
        sealed = tokens.seal(Tokens.Purpose.CURSOR, 1, hash, place);
    }

    /** The proposer's part of an entry of 64 puts. Messages remember their sizes: a fresh builder forgets them. */
    @Benchmark
    public byte[] logEntry() {
        return entry.toBuilder().setLeaderTimeMs(1).build().toByteArray();
    }

    /** A record of 1 KiB as a row. */
    @Benchmark
    public byte[] record() {
        return Bytes.of(shard.toBuilder().setOwnerEpoch(1).build());
    }

    /** A change with both its sides, as a watch event carries it: once for all watchers. */
    @Benchmark
    public byte[] changeForWatchers() {
        return change.toBuilder().setKind("shard").build().toByteArray();
    }

    /** The key of a shard's row. */
    @Benchmark
    public byte[] key() {
        return new KeyWriter().tag(3).text("bench").text("s0000001").toBytes();
    }

    @Benchmark
    public String shardChecksum() {
        return ShardChecksum.of(shard);
    }

    /** XXH64 of 1 KiB. */
    @Benchmark
    public long xxHash64() {
        return XxHash64.hash(value);
    }

    /** SHA-256 of 1 KiB, the journal's and the dedupe rows' hash. */
    @Benchmark
    public byte[] sha256() {
        return Bytes.sha256().digest(value);
    }

    @Benchmark
    public String sealCursor() {
        return tokens.seal(Tokens.Purpose.CURSOR, 1, hash, place);
    }

    @Benchmark
    public Tokens.Opened openCursor() {
        return tokens.open(sealed, Tokens.Purpose.CURSOR, hash);
    }
}
