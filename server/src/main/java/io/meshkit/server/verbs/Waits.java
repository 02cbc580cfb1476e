package io.meshkit.server.verbs;

import io.grpc.Context;
import io.meshkit.api.ErrorCode;
import io.meshkit.api.RegistryException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Blocks the calling (virtual) thread on a future: until it completes, the deadline passes, or the caller
 * cancels the gRPC call.
 */
public final class Waits {
    private Waits() {}

    /**
     * @throws RegistryException that of the future; DEADLINE_EXCEEDED when time runs out or the caller is gone
     */
    public static <T> T await(CompletableFuture<T> future, Deadline deadline) {
        Context context = Context.current();
        CompletableFuture<T> waiter = future.copy();
        Context.CancellationListener listener = cancelled -> waiter.cancel(false);
        context.addListener(listener, Runnable::run);
        try {
            return waiter.get(Math.max(1, deadline.remainingMs()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw timeRanOut("no answer within the deadline");
        } catch (CancellationException e) {
            throw timeRanOut("the caller has gone");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw timeRanOut("the node is shutting down");
        } catch (ExecutionException e) {
            throw asRegistryException(e.getCause() == null ? e : e.getCause());
        } finally {
            context.removeListener(listener);
        }
    }

    /** Waits for an event that may as well not happen; false when it did not. */
    static boolean awaitEvent(CompletableFuture<?> event, long ms) {
        try {
            event.get(Math.max(1, ms), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | CancellationException e) {
            return true; // what follows looks at the state itself
        }
    }

    /** The error of the taxonomy inside a future's failure; anything else is a bug. */
    public static RegistryException asRegistryException(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RegistryException known) {
            return known;
        }
        return RegistryException.of(ErrorCode.INTERNAL, "The request failed unexpectedly", "See the node's log", cause);
    }

    private static RegistryException timeRanOut(String message) {
        return RegistryException.of(
                ErrorCode.DEADLINE_EXCEEDED, message, "retry with the same request id, or read the record");
    }
}
