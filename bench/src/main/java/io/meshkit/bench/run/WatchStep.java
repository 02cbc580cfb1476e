package io.meshkit.bench.run;

import org.jspecify.annotations.Nullable;

/**
 * What was found with one number of watchers.
 *
 * @param sample         null if it could not be measured
 * @param failure        why not; empty if it could
 * @param clientRssBytes resident memory of this process afterwards
 */
record WatchStep(
        int watchers,
        int namespaces,
        Calm.Outcome calm,
        @Nullable WatchSample sample,
        String failure,
        long clientRssBytes) {

    /** Measured, and every watcher was told what the journal says. */
    boolean holds() {
        return sample != null && sample.holds();
    }
}
