package io.omnirelay.cli.mesh;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ConfigDocument;
import io.meshkit.v1.Leadership;
import io.meshkit.v1.Peer;
import io.meshkit.v1.RegistryRecord;
import io.meshkit.v1.Shard;
import io.meshkit.v1.WatchClustersRequest;
import io.meshkit.v1.WatchConfigRequest;
import io.meshkit.v1.WatchLeadershipsRequest;
import io.meshkit.v1.WatchPeersRequest;
import io.meshkit.v1.WatchShardsRequest;
import io.omnirelay.cli.output.Table;
import java.util.Map;
import java.util.function.Function;

/**
 * A list that can be watched.
 *
 * @param prototype the watch's request
 * @param unwrap    takes the record out of its envelope
 */
record Watched<E extends Message>(Message prototype, Function<RegistryRecord, E> unwrap, Table<E> table) {
    static final Watched<Peer> PEERS =
            new Watched<>(WatchPeersRequest.getDefaultInstance(), RegistryRecord::getPeer, Tables.PEERS);
    static final Watched<Cluster> CLUSTERS =
            new Watched<>(WatchClustersRequest.getDefaultInstance(), RegistryRecord::getCluster, Tables.CLUSTERS);
    static final Watched<Shard> SHARDS =
            new Watched<>(WatchShardsRequest.getDefaultInstance(), RegistryRecord::getShard, Tables.SHARDS);
    static final Watched<ConfigDocument> CONFIG =
            new Watched<>(WatchConfigRequest.getDefaultInstance(), RegistryRecord::getConfig, Tables.CONFIG);
    static final Watched<Leadership> LEADERSHIPS = new Watched<>(
            WatchLeadershipsRequest.getDefaultInstance(), RegistryRecord::getLeadership, Tables.LEADERSHIPS);

    /**
     * The watch with the list's filters, which have the same names in both.
     *
     * @throws IllegalArgumentException if the list has a filter that the watch lacks
     */
    Message request(Message list) {
        Message.Builder request = prototype.newBuilderForType();
        for (Map.Entry<FieldDescriptor, Object> given : list.getAllFields().entrySet()) {
            String name = given.getKey().getName();
            FieldDescriptor field = prototype.getDescriptorForType().findFieldByName(name);
            if (field != null) {
                request.setField(field, given.getValue());
            } else if (!name.equals("page")) {
                throw new IllegalArgumentException("no watch filters by " + name);
            }
        }
        return request.build();
    }
}
