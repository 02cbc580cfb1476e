package io.meshkit.bench.micro;

import com.google.protobuf.InvalidProtocolBufferException;
import io.meshkit.domain.Applied;
import io.meshkit.domain.LogPosition;
import io.meshkit.domain.RegistryStateMachine;
import io.meshkit.storage.DurableFiles;
import io.meshkit.storage.OrderedStore;
import io.meshkit.storage.memory.MemoryStore;
import io.meshkit.storage.rocksdb.RocksDbStore;
import io.meshkit.v1.LogEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the apply thread does with one log entry: decode, decide each command, write one batch. Time per entry. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // Set up by JMH.
public class ApplyBenchmark {
    @Param({"1", "64", "256"})
    public int commands;

    @Param({"rocksdb", "memory"})
    public String store;

    private final RegistryStateMachine machine = new RegistryStateMachine();
    private final Entries entries = new Entries();
    private byte[] logged;
    private Path directory;
    private OrderedStore opened;
    private long index;

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("meshkit-micro");
        opened = store.equals("memory")
                ? MemoryStore.create(RegistryStateMachine.TABLES)
                : RocksDbStore.open(directory.resolve("db"), RegistryStateMachine.TABLES);
    }

    @TearDown
    public void close() throws IOException {
        opened.close();
        DurableFiles.deleteTree(directory);
    }

    /** Each entry is new: applying a known request id would only repeat an answer. An entry takes long enough for this. */
    @Setup(Level.Invocation)
    public void propose() {
        logged = entries.next(commands).toByteArray();
    }

    @Benchmark
    public Applied apply() throws InvalidProtocolBufferException {
        Applied applied = machine.apply(opened, LogEntry.parseFrom(logged), new LogPosition(1, ++index));
        opened.write(applied.batch());
        return applied;
    }
}
