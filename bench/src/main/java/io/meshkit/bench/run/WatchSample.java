package io.meshkit.bench.run;

/**
 * One run of watchers under changes.
 *
 * @param watchers         that read, all on one node
 * @param stalled          that stop to read once they are synced, beside them
 * @param changesPerSecond acknowledged within the window
 * @param delivered        changes told to those that read, from the first write to the last
 * @param p50Ms            from the sending of a change to its arrival at a watcher, within the window
 * @param lagP50Ms         from the acknowledgement of a change to its arrival, 0 if it arrived first: what the watch adds
 *                         to the write
 * @param wrong            watchers whose sequence is not the journal's: something lost, doubled or out of order
 * @param missing          changes that they were not told
 * @param disorders        changes that came twice or out of order
 * @param failedChanges    changes without an acknowledgement
 * @param catchUpMs        what it took the stalled to be told everything, from their tokens on; 0: none stalled
 * @param rssBeforeBytes   of the watched node, before the watchers; 0: it is not on this machine
 * @param rssBytes         the same at the end of the window
 * @param nodeCores        that the watched node kept busy
 * @param clientCores      that this process kept busy
 * @param othersCores      that everything else kept busy, the other nodes included
 */
record WatchSample(
        int watchers,
        int stalled,
        int round,
        double changesPerSecond,
        long delivered,
        double deliveredPerSecond,
        double p50Ms,
        double p99Ms,
        double maxMs,
        double lagP50Ms,
        double lagP99Ms,
        int wrong,
        long missing,
        long disorders,
        long failedChanges,
        double catchUpMs,
        long rssBeforeBytes,
        long rssBytes,
        double nodeCores,
        double clientCores,
        double othersCores) {

    boolean holds() {
        return wrong == 0 && delivered > 0;
    }
}
