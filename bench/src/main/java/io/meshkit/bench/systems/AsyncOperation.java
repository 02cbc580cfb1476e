package io.meshkit.bench.systems;

import java.util.concurrent.CompletableFuture;

/** What a closed loop repeats. Thread-safe. */
@FunctionalInterface
public interface AsyncOperation {
    /**
     * Starts one operation.
     *
     * @param sequence 0, 1, … : unique within the cell
     * @return how many retries it took when it is done, ≥ 0; fails as the operation fails
     */
    CompletableFuture<Integer> start(long sequence);
}
