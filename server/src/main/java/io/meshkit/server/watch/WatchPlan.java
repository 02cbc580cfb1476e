package io.meshkit.server.watch;

/**
 * Where a watch begins.
 *
 * @param next        the first revision to deliver, ≥ 1
 * @param target      what was acknowledged before the watch began: synced when it has been delivered; the revision
 *                    of the initial state
 * @param withState   whether the records at {@code target} come first
 * @param untilSynced whether the stream then ends
 */
record WatchPlan(long next, long target, boolean withState, boolean untilSynced) {}
