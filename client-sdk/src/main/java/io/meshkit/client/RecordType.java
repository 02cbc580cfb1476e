package io.meshkit.client;

import com.google.protobuf.Message;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Shard;
import java.util.function.Function;

/**
 * A kind of record that an informer can hold.
 *
 * @param kind   as in RecordChange.kind
 * @param unwrap takes the record out of its envelope
 * @param name   as in RecordChange.name
 */
record RecordType<T extends Message>(String kind, Function<RegistryRecord, T> unwrap, Function<T, String> name) {
    static final RecordType<Peer> PEER = new RecordType<>("peer", RegistryRecord::getPeer, Peer::getId);
    static final RecordType<Cluster> CLUSTER = new RecordType<>("cluster", RegistryRecord::getCluster, Cluster::getId);
    static final RecordType<Shard> SHARD = new RecordType<>(
            "shard", RegistryRecord::getShard, shard -> shard.getNamespace() + "/" + shard.getShardId());
    static final RecordType<ConfigDocument> CONFIG =
            new RecordType<>("config", RegistryRecord::getConfig, ConfigDocument::getName);
    static final RecordType<Leadership> LEADERSHIP =
            new RecordType<>("leadership", RegistryRecord::getLeadership, Leadership::getScope);
}
