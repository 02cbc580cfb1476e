/**
 * What happens when a disk is nearly full: mutations that add are refused before a write fails and halts the node, and
 * everything else goes on. {@link io.meshkit.server.disk.DiskWatch} looks, {@link io.meshkit.server.disk.DiskGate} is
 * asked by whoever is about to propose what a client wants.
 *
 * <p>Invariant: what the leader itself needs to get room again (compaction, leases that end, members that go) and what
 * removes something is never refused.
 */
@NullMarked
package io.meshkit.server.disk;

import org.jspecify.annotations.NullMarked;
