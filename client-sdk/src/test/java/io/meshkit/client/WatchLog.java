package io.meshkit.client;

import io.meshkit.api.RegistryException;
import io.meshkit.v1.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes down what a watch tells. */
final class WatchLog implements WatchListener {
    private final List<WatchResponse> messages = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private int closings;
    private @Nullable RegistryException failure;

    @Override
    public synchronized void onMessage(WatchResponse message) {
        messages.add(message);
        told.add(message.getEventCase() + "@" + message.getRevision());
        notifyAll();
    }

    @Override
    public synchronized void onResync(ResyncReason reason, String detail) {
        told.add("resync " + reason);
        notifyAll();
    }

    @Override
    public synchronized void onClosed(@Nullable RegistryException why) {
        closings++;
        failure = why;
        notifyAll();
    }

    /** In order; bookmarks, too. */
    synchronized List<String> told() {
        return List.copyOf(told);
    }

    synchronized List<Long> changes() {
        return messages.stream()
                .filter(WatchResponse::hasChange)
                .map(WatchResponse::getRevision)
                .toList();
    }

    synchronized WatchLog await(Predicate<WatchLog> condition) throws InterruptedException {
        while (!condition.test(this)) {
            wait();
        }
        return this;
    }

    WatchLog await(String last) throws InterruptedException {
        return await(log -> log.told.contains(last));
    }

    synchronized int closings() {
        return closings;
    }

    /** Waits for the end. */
    @Nullable
    RegistryException awaitFailure() throws InterruptedException {
        await(log -> log.closings > 0);
        return failure;
    }
}
