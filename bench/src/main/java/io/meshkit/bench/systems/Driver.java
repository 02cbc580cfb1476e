package io.meshkit.bench.systems;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One client of one system, with the keys of one data set. Thread-safe.
 *
 * <p>Futures give how often the client has tried again by itself, 0 where it does not tell.
 */
public interface Driver extends AutoCloseable {
    /** How many records {@link Work#LIST} fetches, in pages of {@link #PAGE_SIZE}. */
    int LIST_RECORDS = 1_000;

    int PAGE_SIZE = 500;
    int MIXED_READS_PER_PUT = 4;

    int keys();

    /** Writes a key, which may be there or not. The value differs from those of other stamps. */
    CompletableFuture<Integer> put(int key, long stamp);

    /** How many keys one {@link #putAll} may write, ≥ 1. */
    default int putAllMax() {
        return 1;
    }

    /**
     * Writes the keys {@code [from, to)}, each of which may be there or not, all of them or none.
     *
     * @param to above {@code from} by 1 to {@link #putAllMax}
     */
    default CompletableFuture<Integer> putAll(int from, int to, Stamps stamps) {
        if (to - from != 1) {
            throw new IllegalArgumentException("[" + from + ", " + to + ") is not one key");
        }
        return put(from, stamps.next());
    }

    CompletableFuture<Integer> delete(int key);

    CompletableFuture<Integer> readLinearizable(int key);

    CompletableFuture<Integer> readLocal(int key);

    /** Whether the system has a list of records with their values. */
    boolean lists();

    /** Fetches the first {@link #LIST_RECORDS} records with their values, in pages that show one state. */
    CompletableFuture<Integer> list();

    /**
     * Follows the changes of all keys from now on, apart from every other watch.
     *
     * @param onKey told the key of each delivered change, in order, one at a time
     * @return completes when the watch is set up; closing ends it
     */
    CompletableFuture<AutoCloseable> watch(IntConsumer onKey);

    /** The name of the node that leads, or empty if that is unknown. */
    String leader();

    /** @return true if the failure says that the key is not there */
    boolean isMissing(Throwable failure);

    @Override
    void close();

    /**
     * A work of {@link Work.Kind#LOOP} as operations of this client.
     *
     * @param stamps of the values, see {@link #put}
     * @return null if the system has nothing of the kind
     */
    default @Nullable AsyncOperation of(Work work, Stamps stamps) {
        return switch (work) {
            case PUT -> sequence -> put(anyKey(), stamps.next());
            case READ_LINEARIZABLE -> sequence -> readLinearizable(anyKey());
            case READ_LOCAL -> sequence -> readLocal(anyKey());
            case LIST -> lists() ? sequence -> list() : null;
            case MIXED ->
                sequence -> sequence % (MIXED_READS_PER_PUT + 1) == 0
                        ? put(anyKey(), stamps.next())
                        : readLinearizable(anyKey());
            case WATCH, FAILOVER, START -> throw new IllegalArgumentException(work + " is no loop of operations");
        };
    }

    private int anyKey() {
        return ThreadLocalRandom.current().nextInt(keys());
    }
}
