package io.meshkit.domain.records;

import com.google.protobuf.Parser;
import io.meshkit.domain.kernel.DomainLimits;
import io.meshkit.domain.kernel.RecordKind;
import io.meshkit.domain.kernel.RecordRef;
import io.meshkit.domain.kernel.RowKeys;
import io.meshkit.storage.KeyWriter;
import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterState;
import io.meshkit.v1.RecordMeta;
import io.meshkit.v1.RegistryRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Clusters, found by id, by state and by what they depend on. */
public final class ClusterKind implements RecordKind<Cluster> {
    public static final ClusterKind CLUSTER = new ClusterKind();

    private ClusterKind() {}

    public RecordRef<Cluster> ref(String id) {
        return new RecordRef<>(
                this, id, new KeyWriter().tag(RowKeys.CLUSTER).text(id).toBytes());
    }

    /** The index rows of the clusters that depend on a cluster begin so; the dependent's id follows. */
    public static byte[] byDependencyPrefix(String id) {
        return new KeyWriter().tag(RowKeys.CLUSTERS_BY_DEPENDENCY).text(id).toBytes();
    }

    /** The index rows of the clusters in a state begin so; the cluster's id follows. */
    public static byte[] byStatePrefix(ClusterState state) {
        return new KeyWriter()
                .tag(RowKeys.CLUSTERS_BY_STATE)
                .tag(state.getNumber())
                .toBytes();
    }

    @Override
    public List<byte[]> indexKeys(Cluster cluster) {
        List<byte[]> keys = new ArrayList<>();
        keys.add(new KeyWriter()
                .tag(RowKeys.CLUSTERS_BY_STATE)
                .tag(cluster.getState().getNumber())
                .text(cluster.getId())
                .toBytes());
        for (String dependency : new TreeSet<>(cluster.getDependenciesList())) {
            keys.add(new KeyWriter()
                    .tag(RowKeys.CLUSTERS_BY_DEPENDENCY)
                    .text(dependency)
                    .text(cluster.getId())
                    .toBytes());
        }
        return keys;
    }

    @Override
    public String cluster(Cluster cluster) {
        return cluster.getId();
    }

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public int tag() {
        return RowKeys.CLUSTER;
    }

    @Override
    public Parser<Cluster> parser() {
        return Cluster.parser();
    }

    @Override
    public RecordRef<Cluster> refOf(Cluster cluster) {
        return ref(cluster.getId());
    }

    @Override
    public RecordMeta meta(Cluster cluster) {
        return cluster.getMeta();
    }

    @Override
    public Cluster withMeta(Cluster cluster, RecordMeta meta) {
        return cluster.toBuilder().setMeta(meta).build();
    }

    @Override
    public RegistryRecord wrap(Cluster cluster) {
        return RegistryRecord.newBuilder().setCluster(cluster).build();
    }

    @Override
    public long countMax(DomainLimits limits) {
        return limits.clustersMax();
    }
}
