package io.meshkit.client;

import io.meshkit.v1.Cluster;
import io.meshkit.v1.ClusterMutationResponse;
import io.meshkit.v1.ClusterServiceGrpc;
import io.meshkit.v1.CreateClusterRequest;
import io.meshkit.v1.DeleteClusterRequest;
import io.meshkit.v1.DemoteClusterRequest;
import io.meshkit.v1.GetClusterRequest;
import io.meshkit.v1.ListClustersRequest;
import io.meshkit.v1.MutationOptions;
import io.meshkit.v1.PromoteClusterRequest;
import io.meshkit.v1.UpdateClusterRequest;
import java.util.stream.Stream;

/** The verbs of the mesh's clusters. */
public final class ClustersApi {
    private final MeshKitClient client;

    ClustersApi(MeshKitClient client) {
        this.client = client;
    }

    public Cluster get(String id) {
        return client.call(
                        ClusterServiceGrpc.getGetClusterMethod(),
                        GetClusterRequest.newBuilder().setId(id).build())
                .getCluster();
    }

    /** All that match, in order of id, fetched page by page. */
    public Stream<Cluster> list(ListClustersRequest request) {
        return client.pages(ClusterServiceGrpc.getListClustersMethod(), request).records(Cluster.class);
    }

    public ClusterMutationResponse create(Cluster cluster, MutationOptions options) {
        return client.call(
                ClusterServiceGrpc.getCreateClusterMethod(),
                CreateClusterRequest.newBuilder()
                        .setCluster(cluster)
                        .setOptions(options)
                        .build());
    }

    public ClusterMutationResponse update(UpdateClusterRequest request) {
        return client.call(ClusterServiceGrpc.getUpdateClusterMethod(), request);
    }

    public ClusterMutationResponse promote(PromoteClusterRequest request) {
        return client.call(ClusterServiceGrpc.getPromoteClusterMethod(), request);
    }

    public ClusterMutationResponse demote(DemoteClusterRequest request) {
        return client.call(ClusterServiceGrpc.getDemoteClusterMethod(), request);
    }

    public ClusterMutationResponse delete(String id, MutationOptions options) {
        return client.call(
                ClusterServiceGrpc.getDeleteClusterMethod(),
                DeleteClusterRequest.newBuilder().setId(id).setOptions(options).build());
    }
}
