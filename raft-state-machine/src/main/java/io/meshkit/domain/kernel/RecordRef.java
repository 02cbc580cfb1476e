package io.meshkit.domain.kernel;

import com.google.protobuf.Message;

/**
 * Names one record, which may or may not exist.
 *
 * @param name as people write it; of a shard: namespace/shardId
 * @param key  its row in {@link Tables#RECORDS}
 */
public record RecordRef<T extends Message>(RecordKind<T> kind, String name, byte[] key) {}
