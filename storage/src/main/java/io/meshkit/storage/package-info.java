/**
 * Ordered, atomic, snapshot-able storage: one interface, {@link io.meshkit.storage.OrderedStore}, with a
 * memory and a RocksDB implementation under one contract suite.
 *
 * <p>Called by the replica (writes) and the queries (snapshots). Knows no record of the registry.
 */
@NullMarked
package io.meshkit.storage;

import org.jspecify.annotations.NullMarked;
