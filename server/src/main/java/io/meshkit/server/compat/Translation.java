package io.meshkit.server.compat;

import io.meshkit.v1.WatchResponse;
import java.util.List;

/** What becomes of the messages of one watch, in order. Thread: one. @param <R> what the other contract sends */
@FunctionalInterface
interface Translation<R> {
    /** Nothing, one or several messages. */
    List<R> of(WatchResponse message);
}
