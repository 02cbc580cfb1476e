package io.meshkit.bench.systems;

import java.util.concurrent.CompletionException;

/** What went wrong, without what futures put around it. */
public final class Failures {
    private Failures() {}

    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
