package io.meshkit.client;

import io.meshkit.v1.GetVersionsRequest;
import io.meshkit.v1.ListVersionsRequest;
import io.meshkit.v1.PeerVersions;
import io.meshkit.v1.SummarizeVersionsRequest;
import io.meshkit.v1.SummarizeVersionsResponse;
import io.meshkit.v1.VersionServiceGrpc;
import java.util.stream.Stream;

/** What the fleet speaks. */
public final class VersionsApi {
    private final MeshKitClient client;

    VersionsApi(MeshKitClient client) {
        this.client = client;
    }

    public PeerVersions get(String peerId) {
        return client.call(
                        VersionServiceGrpc.getGetVersionsMethod(),
                        GetVersionsRequest.newBuilder().setPeerId(peerId).build())
                .getVersions();
    }

    /** All that match, in order of peer id, fetched page by page. */
    public Stream<PeerVersions> list(ListVersionsRequest request) {
        return client.pages(VersionServiceGrpc.getListVersionsMethod(), request).records(PeerVersions.class);
    }

    public SummarizeVersionsResponse summary() {
        return client.call(
                VersionServiceGrpc.getSummarizeVersionsMethod(), SummarizeVersionsRequest.getDefaultInstance());
    }
}
