package io.meshkit.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.meshkit.api.RegistryException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Looks into failed futures. */
final class Failures {
    private Failures() {}

    /** The one kind of failure that a replica's future may have. */
    static RegistryException failureOf(CompletableFuture<?> future) {
        Throwable failure = catchThrowable(() -> future.get(60, TimeUnit.SECONDS));
        assertThat(failure).isInstanceOf(ExecutionException.class);
        assertThat(failure.getCause()).isInstanceOf(RegistryException.class);
        return (RegistryException) failure.getCause();
    }
}
