/**
 * The store on disk: RocksDB, one column family per table, nothing of RocksDB visible outside.
 *
 * <p>Opened by the replica, and by the tools that restore a checkpoint.
 *
 * <p>Invariants: no write-ahead log, since the Raft log is one; flushes are atomic over all tables, so that
 * what a crash leaves is the state after some whole batch. No native object is used after it was freed,
 * whatever the order in which threads close things.
 */
@NullMarked
package io.meshkit.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
