package io.meshkit.client;

import com.google.protobuf.Message;
import io.meshkit.api.RegistryException;
import org.jspecify.annotations.Nullable;

/**
 * Is told how an informer's cache changes, one call at a time, in order, after the cache shows it. The calls add up:
 * from an empty map they lead to what the cache holds. Must not call {@link Informer#awaitSynced}; what it throws ends
 * the informer.
 */
public interface InformerHandler<T extends Message> {
    default void added(String name, T record) {}

    default void updated(String name, T before, T after) {}

    /** Deleted, or changed so that it does not match the filter any more. */
    default void deleted(String name, T before) {}

    /** The cache is complete as of the revision: first, and after each resync. */
    default void synced(long revision) {}

    /** The cache is about to be compared with a fresh state; until then it holds what it held. */
    default void resync(ResyncReason reason) {}

    /**
     * The last call.
     *
     * @param failure null if the informer was closed
     */
    default void closed(@Nullable RegistryException failure) {}
}
