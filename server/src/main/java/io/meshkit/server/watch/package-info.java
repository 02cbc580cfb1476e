/**
 * Watches: streams of changes that any node serves.
 *
 * <p>A watcher is a filter and a position, nothing more: what it has yet to receive lies in the {@link
 * io.meshkit.server.watch.Feed}, which all share, and behind that in the journal. So a watcher that does not read
 * costs its own few bytes and delays nobody. Invariant: what a watcher is sent ascends in revisions without a gap,
 * and one revision is one message.
 *
 * <p>Called by the wiring; the apply thread tells the hub of new entries.
 */
@NullMarked
package io.meshkit.server.watch;

import org.jspecify.annotations.NullMarked;
